package io.quorate.consensus.script;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Consensus;
import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Members of one group, with a network that delivers when told and disks that may be slow. Each
/// command tells what it made the members do; `README.md` beside the transcripts lists them.
public final class Scene {
  private static final long MILLISECOND = 1_000_000;

  /// More messages than any transcript needs before all is quiet.
  private static final int MOST_DELIVERED = 10_000;

  /// A message under way, as it was encoded.
  private record Sent(long from, long to, Bytes message) {}

  private final StringBuilder told = new StringBuilder();
  private final Map<Long, Member> members = new TreeMap<>();
  private final ArrayDeque<Sent> network = new ArrayDeque<>();
  private final TreeSet<Long> cut = new TreeSet<>();
  private final Dialect dialect;
  private Era era;
  private Self.Limits limits = Self.Limits.DEFAULT;
  private long now;
  private long batches;

  public Scene(Dialect dialect) {
    this.dialect = dialect;
    this.era = Era.first(dialect.protocol().name(), List.of(id(1)));
  }

  Dialect dialect() {
    return dialect;
  }

  public static ReplicaId id(long node) {
    return new ReplicaId(node, 1);
  }

  Era era() {
    return era;
  }

  Self self(long node, long life) {
    return new Self(id(node), life, new ScriptedRandom(node), Self.Timing.DEFAULT, limits);
  }

  /// A line of the transcript.
  void tell(String line) {
    told.append("  ").append(line).append('\n');
  }

  private Member member(String number) {
    var member = members.get(Long.parseLong(number));
    if (member == null) {
      throw new IllegalArgumentException("no member " + number);
    }
    return member;
  }

  /// Runs a command.
  ///
  /// @return what the members did
  public String run(String command) {
    told.setLength(0);
    var words = List.of(command.split(" +", -1));
    var arguments = words.subList(1, words.size());
    switch (words.getFirst()) {
      case "members" -> members(Integer.parseInt(arguments.getFirst()), count(arguments, 1, 0));
      case "leases" -> leases(arguments);
      case "quorums" ->
          options(
              new Era.Options(
                  Integer.parseInt(arguments.get(0)),
                  Integer.parseInt(arguments.get(1)),
                  0,
                  0,
                  false));
      case "leaderless" -> options(new Era.Options(0, 0, 0, 0, true));
      case "first-leader" -> firstLeader(arguments);
      case "limit" -> limits = limit(limits.window(), Long.parseLong(arguments.getFirst()));
      case "window" -> limits = limit(Long.parseLong(arguments.getFirst()), limits.message());
      case "start" -> arguments.forEach(number -> member(number).start(now));
      case "timeout" -> timeout(member(arguments.getFirst()));
      case "elapse" -> elapse(Long.parseLong(arguments.getFirst()), arguments);
      case "propose" -> propose(member(arguments.getFirst()), arguments.get(1));
      case "stop" -> input(member(arguments.getFirst()), new Input.Propose(stopSign()));
      case "read" ->
          input(
              member(arguments.getFirst()),
              new Input.ReadBarrier(
                  new ReadId(
                      member(arguments.getFirst()).life(), Long.parseLong(arguments.get(1)))));
      case "transfer" ->
          input(
              member(arguments.getFirst()),
              new Input.Transfer(id(Long.parseLong(arguments.get(1)))));
      case "suspect" ->
          input(
              member(arguments.getFirst()),
              new Input.Suspect(
                  id(Long.parseLong(arguments.get(1))), Input.Suspicion.valueOf(arguments.get(2))));
      case "learnt" -> member(arguments.getFirst()).learn(point(arguments.get(1)));
      case "caught-up" -> {
        member(arguments.getFirst()).learn(point(arguments.get(1)));
        input(member(arguments.getFirst()), new Input.CaughtUp(point(arguments.get(1))));
      }
      case "slow" -> member(arguments.getFirst()).slow(true);
      case "disk" -> member(arguments.getFirst()).forced(count(arguments, 1));
      case "fast" -> member(arguments.getFirst()).slow(false);
      case "deliver" -> deliver(arguments);
      case "drop" -> take(route(arguments));
      case "repeat" ->
          List.copyOf(network).stream().filter(route(arguments)).toList().forEach(this::receive);
      case "reverse" -> reverse(route(arguments));
      case "cut" -> arguments.forEach(number -> cut.add(Long.parseLong(number)));
      case "heal" -> arguments.forEach(number -> cut.remove(Long.parseLong(number)));
      case "crash" -> crash(member(arguments.getFirst()), count(arguments, 1));
      case "state" -> members.values().forEach(member -> tell(member.describe()));
      default ->
          member(arguments.getFirst())
              .hold(dialect.records(words.getFirst(), arguments.subList(1, arguments.size())));
    }
    return told.toString();
  }

  private static int count(List<String> arguments, int at) {
    return count(arguments, at, Integer.MAX_VALUE);
  }

  private static int count(List<String> arguments, int at, int otherwise) {
    return arguments.size() > at ? Integer.parseInt(arguments.get(at)) : otherwise;
  }

  private void members(int voters, int learners) {
    var ids = LongStream.rangeClosed(1, voters + learners).mapToObj(Scene::id).toList();
    era =
        Era.first(
            dialect.protocol().name(),
            ids.subList(0, voters),
            ids.subList(voters, ids.size()),
            Era.Options.DEFAULT);
    ids.forEach(id -> members.put(id.node(), new Member(this, id.node())));
  }

  private void options(Era.Options options) {
    era = Era.first(era.protocol(), era.voters(), era.learners(), options);
  }

  private void leases(List<String> arguments) {
    options(
        era.options()
            .withLeases(Integer.parseInt(arguments.get(0)), Integer.parseInt(arguments.get(1))));
  }

  private void firstLeader(List<String> arguments) {
    era =
        new Era(
            era.number(),
            era.protocol(),
            era.base(),
            era.voters(),
            era.learners(),
            id(Long.parseLong(arguments.get(0))),
            Long.parseLong(arguments.get(1)),
            era.featureLevel(),
            era.options());
  }

  /// The era's last entry: the next era has the same members.
  private Payload stopSign() {
    return new Payload.StopSign(
        new Era(
            era.number() + 1,
            era.protocol(),
            0,
            era.voters(),
            era.learners(),
            null,
            0,
            era.featureLevel(),
            era.options()));
  }

  private static Self.Limits limit(long window, long message) {
    var usual = Self.Limits.DEFAULT;
    return new Self.Limits(window, usual.undecided(), message, usual.inFlight());
  }

  public static Payload batch(long number, String text) {
    return new Payload.Batch(new BatchId(id(1), 1, number), Bytes.utf8(text));
  }

  private static Point point(String text) {
    var parts = text.split("@", -1);
    return new Point(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
  }

  // Time

  private void timeout(Member member) {
    now = Math.max(now, member.nextDeadline());
    tell("at " + now / MILLISECOND + " ms");
    member.step(now, List.of());
  }

  /// Time goes by for everyone, or for those who are named.
  private void elapse(long milliseconds, List<String> arguments) {
    now += milliseconds * MILLISECOND;
    tell("at " + now / MILLISECOND + " ms");
    var who =
        arguments.size() > 1
            ? arguments.subList(1, arguments.size()).stream().map(this::member).toList()
            : List.copyOf(members.values());
    who.stream().filter(Member::isUp).forEach(member -> member.step(now, List.of()));
  }

  // Input

  private void input(Member member, Input input) {
    member.step(now, List.of(input));
  }

  private void propose(Member member, String text) {
    batches++;
    input(member, new Input.Propose(batch(batches, text)));
  }

  // The network

  void send(long from, ReplicaId to, Message message) {
    if (from == to.node()) {
      // To oneself: comes in with the next step, like anyone's.
      member(String.valueOf(from)).step(now, List.of(new Input.Received(to, message)));
    } else if (!cut.contains(from) && !cut.contains(to.node())) {
      network.addLast(new Sent(from, to.node(), dialect.protocol().messages().encode(message)));
    }
  }

  private static Predicate<Sent> route(List<String> arguments) {
    if (arguments.isEmpty()) {
      return sent -> true;
    }
    var ends = arguments.getFirst().split("->", -1);
    return sent ->
        (ends[0].equals("*") || sent.from == Long.parseLong(ends[0]))
            && (ends[1].equals("*") || sent.to == Long.parseLong(ends[1]));
  }

  private List<Sent> take(Predicate<Sent> which) {
    var taken = network.stream().filter(which).toList();
    network.removeIf(which);
    return taken;
  }

  private void reverse(Predicate<Sent> which) {
    take(which).reversed().forEach(network::addLast);
  }

  /// Everything until all is quiet, or what is under way on one route now: all of it, or so many.
  private void deliver(List<String> arguments) {
    if (!arguments.isEmpty()) {
      var which = route(arguments);
      int count = count(arguments, 1);
      var taken = network.stream().filter(which).limit(count).toList();
      taken.forEach(network::remove);
      taken.forEach(this::receive);
      return;
    }
    for (int delivered = 0; !network.isEmpty(); delivered++) {
      if (delivered > MOST_DELIVERED) {
        throw new AssertionError("members go on and on, last: " + network.getFirst());
      }
      receive(network.removeFirst());
    }
  }

  private void receive(Sent sent) {
    var to = member(String.valueOf(sent.to));
    if (!to.isUp() || cut.contains(sent.from) || cut.contains(sent.to)) {
      return;
    }
    try {
      var message = dialect.protocol().messages().decode(sent.message);
      to.step(now, List.of(new Input.Received(id(sent.from), message)));
    } catch (MalformedException e) {
      throw new AssertionError(e);
    }
  }

  // Ends

  private void crash(Member member, int records) {
    member.crash(records);
    network.removeIf(sent -> sent.to == member.number());
  }

  /// The log of a member as it would be restored: for tests that look closer.
  public Consensus machine(long number) {
    return member(String.valueOf(number)).machine();
  }

  public List<JournalRecord> records(long number) {
    return member(String.valueOf(number)).records();
  }

  /// How many of a member's records its disk has forced.
  public int forced(long number) {
    return member(String.valueOf(number)).forced();
  }

  /// What every member decided, in order: index, mark and content.
  public Map<Long, List<String>> decided() {
    return members.values().stream()
        .collect(
            Collectors.toMap(
                Member::number, member -> member.decided(), (a, b) -> a, TreeMap::new));
  }
}
