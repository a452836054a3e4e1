package io.quorate.simulation;

import io.quorate.consensus.Input;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.Status;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.node.Node;
import io.quorate.simulation.watch.Emission;
import io.quorate.simulation.watch.Watch;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/// Counts what a cluster does: what it says, what it forces to disk, who leads. It holds nothing to
/// a promise.
final class Tally implements Watch {
  // Layers and kinds of messages, as their formats are written down.
  private static final int REPLICA_LAYER = 1;
  private static final int OF_MACHINE = 1;

  static final long NEVER = Long.MAX_VALUE;

  private final Codec<Message> codec;
  private final LongSupplier now;

  private long messages;
  private long bytes;
  private long flushes;

  /// What the protocol said between [#learnUsualKinds()] and [#expectNewKinds()].
  private final TreeSet<String> usual = new TreeSet<>();

  private boolean expectsNewKinds;
  private long newKindAt = NEVER;
  private long ledDecisionAt = NEVER;

  private record Leader(long term, long node) implements Comparable<Leader> {
    @Override
    public int compareTo(Leader other) {
      int byTerm = Long.compareUnsigned(term, other.term);
      return byTerm != 0 ? byTerm : Long.compareUnsigned(node, other.node);
    }
  }

  private final TreeSet<Leader> leaderships = new TreeSet<>();
  private final TreeSet<Long> terms = new TreeSet<>();

  /// @param now virtual nanoseconds
  Tally(Protocol protocol, LongSupplier now) {
    this.codec = protocol.messages();
    this.now = now;
  }

  Testbed.Traffic traffic() {
    return new Testbed.Traffic(messages, bytes, flushes);
  }

  /// How many leaderships there were.
  int leaderships() {
    return leaderships.size();
  }

  /// How many terms any node took for the present one.
  int terms() {
    return terms.size();
  }

  /// What the protocol says from now on is what it says while a leader leads.
  void learnUsualKinds() {
    usual.clear();
  }

  /// From now on it is noticed when the protocol says what it never said before, and when a leader
  /// decides something.
  void expectNewKinds() {
    expectsNewKinds = true;
  }

  /// When the protocol first said something of a new kind; [#NEVER] if it did not.
  long newKindAt() {
    return newKindAt;
  }

  /// When a leader first decided something after that; [#NEVER] if none did.
  long ledDecisionAt() {
    return ledDecisionAt;
  }

  @Override
  public void stepped(long node, List<Input> inputs, List<Emission> emissions, Status after) {
    terms.add(after.leadership().term());
    boolean leads = isLedBy(node, after.leadership());
    if (leads) {
      leaderships.add(new Leader(after.leadership().term(), node));
    }
    if (leads
        && newKindAt != NEVER
        && ledDecisionAt == NEVER
        && emissions.stream().anyMatch(each -> each instanceof Emission.Decided)) {
      ledDecisionAt = now.getAsLong();
    }
  }

  private static boolean isLedBy(long node, Leadership now) {
    var leader = now.leader();
    return leader != null && leader.node() == node;
  }

  @Override
  public void durable(long node, Bytes frame) {
    flushes++;
  }

  @Override
  public void sent(long from, long to, Bytes frame) {
    bytes += frame.length();
    try {
      var in = new WireReader(frame.from(4));
      while (in.remaining() > 0) {
        messages++;
        message(new WireReader(in.raw(in.u32())));
      }
    } catch (MalformedException e) {
      throw new IllegalStateException("a node sends what nobody can read", e);
    }
  }

  private void message(WireReader in) throws MalformedException {
    long group = in.count();
    in.count();
    in.count();
    if (group != Node.DEFAULT_GROUP || in.u8() != REPLICA_LAYER || in.u8() != OF_MACHINE) {
      return;
    }
    in.count();
    var kind = codec.decode(in.raw(in.remaining())).getClass().getName();
    if (!expectsNewKinds) {
      usual.add(kind);
    } else if (newKindAt == NEVER && !usual.contains(kind)) {
      newKindAt = now.getAsLong();
    }
  }
}
