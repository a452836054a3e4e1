package io.quorate.node;

import io.quorate.consensus.Era;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.journal.DiskId;
import io.quorate.journal.Identity;
import io.quorate.journal.Journal;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Which disk belongs to which node: learnt once, journaled, and held to.
///
/// A node answers a hello with a welcome only once the caller's disk id is durable in its own
/// journal, and takes part in a group only once more than half of the *other* voters have welcomed
/// it. Why that keeps a wiped disk under an old name out for good:
/// `docs/decisions/0002-identity-follows-the-disk.md`.
final class Acquaintance {
  /// The journal's group number of the node itself.
  static final int NODE = 0;

  private static final int INCARNATION = 1;
  private static final int PEER_DISK = 2;
  private static final int CHECKPOINT = 3;

  private static final int MAX_TOLD = 64;

  private record Greeted(long frame, long from, Network.Greeting greeting) {}

  private final Members members;
  private final LongPredicate isVoter;
  private final long self;
  private final String version;
  private final Supplier<String> agreement;
  private final Consumer<String> log;
  private final Map<Long, DiskId> disks = new TreeMap<>();
  private final Map<Long, Long> disksDurableIn = new TreeMap<>();
  private final Standing standing = new Standing();
  private final ArrayDeque<Greeted> waiting = new ArrayDeque<>();

  /// What the operator was told, since the last change for the better.
  private final Set<String> told = new TreeSet<>();

  private @Nullable Identity identity;
  private @Nullable Journal journal;
  private long incarnation;

  /// @param agreement how this node agrees with others, or would
  Acquaintance(
      Members members,
      LongPredicate isVoter,
      long self,
      String version,
      Supplier<String> agreement,
      Consumer<String> log) {
    this.members = members;
    this.isVoter = isVoter;
    this.self = self;
    this.version = version;
    this.agreement = agreement;
    this.log = log;
  }

  /// Takes an item that an earlier life of the node had journaled.
  ///
  /// @throws MalformedException if it is none
  void item(long frame, int type, Bytes content) throws MalformedException {
    var in = new WireReader(content);
    switch (type) {
      case INCARNATION -> incarnation = Math.max(incarnation, in.count());
      case PEER_DISK -> known(in.u64(), DiskId.CODEC.read(in), frame);
      case CHECKPOINT -> {
        incarnation = Math.max(incarnation, in.count());
        int count = in.size(24);
        for (int i = 0; i < count; i++) {
          known(in.u64(), DiskId.CODEC.read(in), frame);
        }
      }
      default -> throw new MalformedException("no node writes items of type " + type);
    }
  }

  private void known(long node, DiskId disk, long frame) {
    disks.putIfAbsent(node, disk);
    disksDurableIn.putIfAbsent(node, frame);
  }

  /// Begins a new life of the node, on its journal.
  ///
  /// @return the frame that must be durable before anything is said
  long begin(Identity own, Journal written) {
    identity = own;
    journal = written;
    incarnation++;
    written.hold(NODE);
    written.begin(NODE, INCARNATION).varint(incarnation);
    return written.end();
  }

  long incarnation() {
    return incarnation;
  }

  /// Whether so many others know this disk that the node may take part. Learners do not count: what
  /// they hold may be lost without harm.
  boolean isVouchedFor() {
    var others = new TreeSet<Long>();
    for (long node : members.nodes().keySet()) {
      if (node != self && isVoter.test(node)) {
        others.add(node);
      }
    }
    return standing.isVouchedForBy(others);
  }

  /// Why others refused this node, by node; empty where none does.
  Map<Long, String> refusedBy() {
    return standing.refusedBy();
  }

  Map<Long, DiskId> disks() {
    return disks;
  }

  private Identity identity() {
    if (identity == null) {
      throw new IllegalStateException("the node has not begun");
    }
    return identity;
  }

  private Journal journal() {
    if (journal == null) {
      throw new IllegalStateException("the node has not begun");
    }
    return journal;
  }

  DiskId disk() {
    return identity().disk();
  }

  private Hello helloTo(long node) {
    return new Hello(
        members.cluster(),
        self,
        node,
        identity().disk(),
        incarnation,
        version,
        agreement.get(),
        Era.UNDERSTOOD);
  }

  Bytes hello(long to) {
    return Hello.CODEC.encode(helloTo(to));
  }

  // Somebody calls

  void greeted(Bytes bytes, Network.Greeting greeting) {
    Hello hello;
    try {
      hello = Hello.CODEC.decode(bytes);
    } catch (MalformedException e) {
      refuse(greeting, "this is node %x of a Quorate cluster: %s".formatted(self, e.getMessage()));
      return;
    }
    var objection = objection(hello);
    if (objection != null) {
      refuse(greeting, objection);
      return;
    }
    long frame = learn(hello.from(), hello.disk());
    waiting.addLast(new Greeted(frame, hello.from(), greeting));
    durable(journal().durable());
  }

  private void refuse(Network.Greeting greeting, String reason) {
    tell("refused a peer: " + reason);
    greeting.refuse(Hello.Answer.CODEC.encode(new Hello.Answer.Refusal(reason)));
  }

  /// Says a line once, until something changes for the better: those who are refused try again and
  /// again.
  private void tell(String line) {
    if (told.size() >= MAX_TOLD) {
      told.clear();
    }
    if (told.add(line)) {
      log.accept(line);
    }
  }

  private @Nullable String objection(Hello hello) {
    if (hello.cluster() != members.cluster()) {
      return "cluster ID mismatch: node %x belongs to cluster %x, node %x to cluster %x; check"
              .formatted(hello.from(), hello.cluster(), self, members.cluster())
          + " --initial-cluster and --initial-cluster-token on both";
    }
    if (hello.to() != self) {
      return "node %x was called, but node %x answers at this address; check --initial-cluster"
          .formatted(hello.to(), self);
    }
    if (!members.contains(hello.from()) || hello.from() == self) {
      return "node %x is no other member of cluster %x".formatted(hello.from(), members.cluster());
    }
    if (!hello.agreement().equals(agreement.get())) {
      return "node %x agrees by %s, and node %x by %s: all nodes of a new cluster need the same --protocol, the same quorums, leases and ways to read, and, if it is restored from a snapshot, a data directory restored from that one"
          .formatted(hello.from(), hello.agreement(), self, agreement.get());
    }
    var known = disks.get(hello.from());
    if (known != null && !known.equals(hello.disk())) {
      return ("node %x comes with the data directory %s, but its place in the cluster belongs to"
              + " data directory %s: give it that directory back; what was wiped or replaced"
              + " cannot return under the old name, it must be removed and added as a new"
              + " member")
          .formatted(hello.from(), hello.disk(), known);
    }
    return null;
  }

  /// @return the frame that makes it durable that this disk belongs to the node
  private long learn(long node, DiskId disk) {
    var before = disksDurableIn.get(node);
    if (before != null) {
      return before;
    }
    var out = journal().begin(NODE, PEER_DISK);
    out.u64(node);
    DiskId.CODEC.write(disk, out);
    long frame = journal().end();
    known(node, disk, frame);
    return frame;
  }

  /// Frames up to this one are durable: welcomes that waited for them go out.
  void durable(long frame) {
    while (!waiting.isEmpty() && waiting.getFirst().frame <= frame) {
      var next = waiting.removeFirst();
      var welcome = new Hello.Answer.Welcome(helloTo(next.from));
      next.greeting.accept(next.from, Hello.Answer.CODEC.encode(welcome));
    }
  }

  // Somebody answers

  boolean answered(long from, Bytes bytes) {
    try {
      return switch (Hello.Answer.CODEC.decode(bytes)) {
        case Hello.Answer.Welcome(var hello) -> welcomed(from, hello);
        case Hello.Answer.Refusal(var reason) -> {
          standing.refused(from, reason);
          tell("node %x refuses this node: %s".formatted(from, reason));
          yield false;
        }
      };
    } catch (MalformedException e) {
      tell("what answers for node %x is none: %s".formatted(from, e.getMessage()));
      return false;
    }
  }

  private boolean welcomed(long from, Hello hello) {
    var objection =
        hello.from() == from
            ? objection(hello)
            : "node %x answers for node %x".formatted(hello.from(), from);
    if (objection != null) {
      tell("does not speak to a peer: " + objection);
      return false;
    }
    learn(from, hello.disk());
    if (standing.welcomed(from)) {
      told.clear();
    }
    return true;
  }

  /// Writes all of it once more, for a new segment.
  void checkpoint() {
    var out = journal().begin(NODE, CHECKPOINT);
    out.varint(incarnation);
    out.varint(disks.size());
    disks.forEach((node, disk) -> {
      out.u64(node);
      DiskId.CODEC.write(disk, out);
    });
    journal().release(NODE, journal().end());
  }
}
