package io.quorate.consensus.script;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.LongStream;

/// A group whose network loses, repeats and reorders, whose members crash and whose links break,
/// all drawn from one seed; then all is well, and it must recover.
public final class RandomGroup {
  private static final long MILLISECOND = 1_000_000;

  private record Sent(ReplicaId from, ReplicaId to, Bytes message) {}

  private record Link(ReplicaId from, ReplicaId to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }

  private final Protocol protocol;
  private final GroupWatch watch;

  /// What was ever reported as decided, by index.
  private final List<Entry> decided = new ArrayList<>();

  private final Random random;
  private final Era era;
  private final Self.Limits limits;
  private final Map<ReplicaId, RandomMember> members = new TreeMap<>();
  private final List<Sent> network = new ArrayList<>();
  private final TreeSet<Link> broken = new TreeSet<>();
  private long now;
  private long batches;
  private int readsAnswered;

  /// A group of which everything is drawn.
  public RandomGroup(long seed, Protocol protocol, Function<Era, GroupWatch> watch) {
    this(new Random(seed), protocol, watch);
  }

  private RandomGroup(Random random, Protocol protocol, Function<Era, GroupWatch> watch) {
    this(random, protocol, watch, drawnEra(random, protocol.name()), drawnLimits(random));
  }

  /// A group of so many voters, with nothing else drawn but the times.
  public RandomGroup(long seed, int voters, Protocol protocol, Function<Era, GroupWatch> watch) {
    this(
        new Random(seed),
        protocol,
        watch,
        Era.first(protocol.name(), ids(voters)),
        Self.Limits.DEFAULT);
  }

  private RandomGroup(
      Random random,
      Protocol protocol,
      Function<Era, GroupWatch> watch,
      Era era,
      Self.Limits limits) {
    this.random = random;
    this.protocol = protocol;
    this.era = era;
    this.limits = limits;
    this.watch = watch.apply(era);
    era.members().forEach(id -> members.put(id, new RandomMember(id, this, random)));
  }

  private static List<ReplicaId> ids(int count) {
    return LongStream.rangeClosed(1, count).mapToObj(Scene::id).toList();
  }

  private static Era drawnEra(Random random, String protocol) {
    int voters = random.nextInt(8) == 0 ? 1 : random.nextBoolean() ? 3 : 5;
    int learners = random.nextInt(4) == 0 ? 1 : 0;
    var ids = ids(voters + learners);
    int deciding = random.nextInt(4) == 0 ? 1 + random.nextInt(voters) : 0;
    int electing = deciding == 0 ? 0 : voters + 1 - deciding;
    if (2 * electing <= voters && !protocol.equals("paxos")) {
      // Only ballots have a proposer of their own; a term or an epoch needs a majority to be one's.
      deciding = 0;
      electing = 0;
    }
    var options = new Era.Options(electing, deciding, 0, 0, random.nextBoolean());
    return Era.first(protocol, ids.subList(0, voters), ids.subList(voters, ids.size()), options);
  }

  private static Self.Limits drawnLimits(Random random) {
    long window = random.nextBoolean() ? 200 : 1 << 20;
    return new Self.Limits(window, 2_000, 50 + random.nextInt(500), 50 + random.nextInt(1_000));
  }

  Era era() {
    return era;
  }

  Self.Limits limits() {
    return limits;
  }

  void send(ReplicaId from, ReplicaId to, Message message) {
    network.add(new Sent(from, to, protocol.messages().encode(message)));
  }

  Protocol protocol() {
    return protocol;
  }

  GroupWatch watch() {
    return watch;
  }

  public long attempts() {
    return watch.attempts();
  }

  /// A member reports what it found decided: everyone finds the same.
  void decides(ReplicaId member, Entry entry) {
    if (entry.index() > decided.size()) {
      assertThat(entry.index()).isEqualTo(decided.size() + 1L);
      decided.add(entry);
    }
    assertThat(entry).as("decided by %s", member).isEqualTo(decided.get((int) entry.index() - 1));
    watch.decides(member, entry);
  }

  /// All that was ever reported as decided lies at or below this index.
  public long decidedAnywhere() {
    return decided.size();
  }

  /// The point of a decided entry.
  Point point(long index) {
    return index == 0 ? Point.ORIGIN : decided.get((int) index - 1).point();
  }

  void readAnswered() {
    readsAnswered++;
  }

  public int readsAnswered() {
    return readsAnswered;
  }

  private RandomMember anyone() {
    var all = List.copyOf(members.values());
    return all.get(random.nextInt(all.size()));
  }

  public void start() {
    members.values().forEach(member -> member.start(now));
  }

  /// Nothing gets from one to the other any more.
  public void cut(long from, long to) {
    broken.add(new Link(Scene.id(from), Scene.id(to)));
  }

  /// Both hear each other again.
  public void heal(long one, long other) {
    broken.remove(new Link(Scene.id(one), Scene.id(other)));
    broken.remove(new Link(Scene.id(other), Scene.id(one)));
  }

  public void healAll() {
    broken.clear();
  }

  /// Who leads; 0 if nobody or more than one does.
  public long leader() {
    var leaders = members.values().stream().filter(RandomMember::leads).toList();
    return leaders.size() == 1 ? leaders.getFirst().id.node() : 0;
  }

  public void transfer(long to) {
    members.values().stream()
        .filter(RandomMember::leads)
        .forEach(member -> member.take(new Input.Transfer(Scene.id(to))));
  }

  public long decided(long member) {
    return requireNonNull(members.get(Scene.id(member))).decided();
  }

  public void trouble(int events) {
    start();
    for (int i = 0; i < events; i++) {
      event();
    }
  }

  private void event() {
    now += random.nextInt(4) * MILLISECOND;
    int kind = random.nextInt(100);
    var member = anyone();
    if (kind < 55) {
      deliverAny();
    } else if (kind < 70) {
      propose(member);
    } else if (kind < 76) {
      member.read();
      member.step(now);
    } else if (kind < 84) {
      member.force(random.nextBoolean());
      member.step(now);
    } else if (kind < 90) {
      elapse();
    } else if (kind < 92) {
      member.catchUp(anyone());
      member.step(now);
    } else if (kind < 94) {
      breakOrHeal();
    } else if (kind < 96) {
      crashOrStart(member);
    } else if (kind < 97) {
      member.checkpoint();
    } else if (kind < 98) {
      member.take(new Input.Transfer(anyone().id));
      member.step(now);
    } else if (!network.isEmpty()) {
      network.remove(random.nextInt(network.size()));
    }
  }

  public void proposeAnywhere() {
    propose(anyone());
  }

  private void propose(RandomMember member) {
    var to = members.values().stream().filter(RandomMember::leads).findAny().orElse(member);
    batches++;
    to.take(new Input.Propose(Scene.batch(batches, "x".repeat(random.nextInt(60)))));
    to.step(now);
  }

  /// Time goes on to the next deadline of somebody, and then it is the turn of all.
  private void elapse() {
    long next = members.values().stream().mapToLong(RandomMember::nextDeadline).min().orElse(now);
    now = next == Long.MAX_VALUE ? now + MILLISECOND : Math.max(now, next);
    members
        .values()
        .forEach(member -> {
          if (random.nextInt(8) > 0) {
            member.step(now);
          }
        });
  }

  private void breakOrHeal() {
    if (random.nextInt(3) == 0) {
      broken.clear();
    } else {
      broken.add(new Link(anyone().id, anyone().id));
    }
  }

  private void crashOrStart(RandomMember member) {
    if (member.machine == null) {
      member.start(now);
    } else if (random.nextBoolean()) {
      member.crash();
    }
    members
        .values()
        .forEach(each -> {
          if (each.machine == null && random.nextBoolean()) {
            each.start(now);
          }
        });
  }

  private void deliverAny() {
    if (!network.isEmpty()) {
      // Mostly the oldest, else any; sometimes a copy stays under way.
      int which = random.nextInt(4) == 0 ? random.nextInt(network.size()) : 0;
      deliver(random.nextInt(20) == 0 ? network.get(which) : network.remove(which));
    }
  }

  private void deliver(Sent sent) {
    var to = members.get(sent.to);
    if (to == null || to.machine == null || broken.contains(new Link(sent.from, sent.to))) {
      return;
    }
    try {
      to.take(new Input.Received(sent.from, protocol.messages().decode(sent.message)));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
    if (random.nextInt(4) > 0) {
      to.step(now);
    }
  }

  /// With everything well, somebody leads within four election timeouts, and everyone comes to hold
  /// the same.
  public void recover() {
    broken.clear();
    members
        .values()
        .forEach(member -> {
          if (member.machine == null) {
            member.start(now);
          }
        });
    quiet(4_000);
    assertThat(members.values().stream().filter(RandomMember::leads).count())
        .as("leaders among %s", members.values())
        .isEqualTo(1);
    long attempts = watch.attempts();
    proposeAnywhere();
    quiet(2_000);
    assertThat(watch.attempts()).as("attempts to lead a stable group").isEqualTo(attempts);
    for (var member : members.values()) {
      assertThat(member.decided())
          .as("decided by %s of %s", member.id, members.values())
          .isEqualTo(decidedAnywhere());
    }
  }

  /// Nothing new happens but what is under way, and time.
  public void quiet(int milliseconds) {
    for (int i = 0; i < milliseconds; i += 10) {
      now += 10 * MILLISECOND;
      for (var member : members.values()) {
        member.step(now);
        member.force(true);
        if (member.wanted > member.decided()) {
          members.values().forEach(member::catchUp);
        }
      }
      var underWay = List.copyOf(network);
      network.clear();
      underWay.forEach(this::deliver);
    }
  }
}
