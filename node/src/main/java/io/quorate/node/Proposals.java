package io.quorate.node;

import static java.util.Objects.requireNonNull;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.replica.Commands;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The commands that came in at this node for one group: gathers them into batches, brings these to
/// the leader, again if need be, and completes the callers when the batch takes effect here.
///
/// One small batch is under way at a time, and what comes meanwhile waits for it and travels
/// together; large batches may follow each other without waiting, and small ones where the way to
/// the leader is long. No timer delays a command that is alone.
///
/// @param <R> what a command comes to
final class Proposals<R> {
  /// A batch of so many bytes or commands does not wait for the one before it.
  static final int FULL_BYTES = 64 << 10;

  private static final int FULL_COMMANDS = 256;

  /// So many bytes and batches may be under way.
  private static final long WINDOW_BYTES = 4 << 20;

  private static final int WINDOW_BATCHES = 256;

  /// Bytes and commands that may wait here; past that the node refuses more.
  private static final long WAITING_BYTES = 64 << 20;

  private static final int WAITING_COMMANDS = 100_000;

  /// A batch that was sent and has not taken effect is sent again after so long: nanoseconds.
  private static final long RESEND = 500_000_000;

  /// Where the way to the leader and back takes longer, small batches follow each other:
  /// nanoseconds.
  private static final long LONG_WAY = 1_000_000;

  /// … but so far apart, and the longer the way the further: at most this many are on it.
  private static final int ON_THE_WAY = 32;

  /// Brings a batch to the leader.
  interface Route {
    void toLeader(ReplicaId leader, Payload.Batch batch);

    /// About how long the way to the leader and back takes: nanoseconds.
    long roundTrip(ReplicaId leader);
  }

  private record Waiting<R>(Bytes command, Call<R> call, long start) {}

  private static final class Flight<R> {
    final Payload.Batch batch;
    final List<Waiting<R>> commands;
    long sendAgain;

    Flight(Payload.Batch batch, List<Waiting<R>> commands) {
      this.batch = batch;
      this.commands = commands;
    }

    /// When the last of its callers began to wait.
    long start() {
      return commands.getLast().start;
    }
  }

  private final ReplicaId self;
  private final long incarnation;
  private final long timeout;
  private final Leader leader;
  private final Route route;
  private final ArrayDeque<Waiting<R>> waiting = new ArrayDeque<>();
  private final TreeMap<Long, Flight<R>> underWay = new TreeMap<>();

  private long waitingBytes;
  private long underWayBytes;
  private long nextNumber = 1;

  /// When the newest batch was opened.
  private long opened;

  private long failures;

  /// @param timeout nanoseconds after which a caller is told that there is no answer
  Proposals(ReplicaId self, long incarnation, long timeout, Leader leader, Route route) {
    this.self = self;
    this.incarnation = incarnation;
    this.timeout = timeout;
    this.leader = leader;
    this.route = route;
  }

  /// Commands whose callers wait.
  int pending() {
    int pending = waiting.size();
    for (var flight : underWay.values()) {
      pending += flight.commands.size();
    }
    return pending;
  }

  /// How many commands got no result.
  long failures() {
    return failures;
  }

  void submit(long now, Bytes command, Call<R> call) {
    if (waiting.size() >= WAITING_COMMANDS || waitingBytes + command.length() > WAITING_BYTES) {
      failures++;
      call.unanswered(Unanswered.TOO_MANY_REQUESTS);
      return;
    }
    waiting.addLast(new Waiting<>(command, call, now));
    waitingBytes += command.length();
  }

  /// Whether [#turn] has something to send.
  boolean wantsTurn(long now) {
    return now >= nextDeadline() || (leader.isKnown() && mayOpenBatch(now));
  }

  private boolean mayOpenBatch(long now) {
    if (waiting.isEmpty() || !windowIsOpen()) {
      return false;
    }
    return underWay.isEmpty()
        || waitingBytes >= FULL_BYTES
        || waiting.size() >= FULL_COMMANDS
        || now >= followsAt();
  }

  /// Whether one more batch may be under way.
  private boolean windowIsOpen() {
    return underWayBytes < WINDOW_BYTES && underWay.size() < WINDOW_BATCHES;
  }

  /// When a small batch may follow those under way.
  private long followsAt() {
    var to = leader.now().leader();
    long way = to == null ? 0 : route.roundTrip(to);
    return way <= LONG_WAY ? Long.MAX_VALUE : opened + Math.max(LONG_WAY / 2, way / ON_THE_WAY);
  }

  void turn(long now) {
    expire(now);
    while (leader.isKnown() && mayOpenBatch(now)) {
      opened = now;
      send(now, open());
    }
    for (var flight : underWay.values()) {
      if (now >= flight.sendAgain && leader.isKnown()) {
        send(now, flight);
      }
    }
  }

  private Flight<R> open() {
    var taken = new ArrayList<Waiting<R>>();
    var commands = new ArrayList<Bytes>();
    long bytes = 0;
    while (!waiting.isEmpty() && taken.size() < FULL_COMMANDS && bytes < FULL_BYTES) {
      var next = waiting.removeFirst();
      taken.add(next);
      commands.add(next.command);
      bytes += next.command.length();
    }
    waitingBytes -= bytes;
    var id = new BatchId(self, incarnation, nextNumber++);
    var flight = new Flight<>(new Payload.Batch(id, Commands.join(commands)), taken);
    underWay.put(id.number(), flight);
    underWayBytes += flight.batch.commands().length();
    return flight;
  }

  private void send(long now, Flight<R> flight) {
    flight.sendAgain = now + RESEND;
    route.toLeader(requireNonNull(leader.now().leader()), flight.batch);
  }

  /// Somebody else leads, or nobody: batches under way are sent to the next leader, under the same
  /// ids.
  void leaderChanged(long now) {
    for (var flight : underWay.values()) {
      flight.sendAgain = now;
    }
  }

  /// A batch of this life took effect here.
  void applied(BatchId id, List<@Nullable R> results) {
    var flight = remove(id.number());
    if (flight == null) {
      return; // its callers have been told that they must not expect it any more
    }
    for (int i = 0; i < results.size(); i++) {
      var result = requireNonNull(results.get(i));
      flight.commands.get(i).call.done(requireNonNull(result));
    }
  }

  /// The state was replaced by a newer one: a batch that took effect on the way there did so unseen
  /// here, and its callers cannot be told its results.
  void jumped(Predicate<BatchId> mayTakeEffect) {
    for (var flight : List.copyOf(underWay.values())) {
      if (!mayTakeEffect.test(flight.batch.id())) {
        remove(flight.batch.id().number());
        failures += flight.commands.size();
        flight.commands.forEach(command -> command.call.unanswered(Unanswered.UNKNOWN));
      }
    }
  }

  private @Nullable Flight<R> remove(long number) {
    var flight = underWay.remove(number);
    if (flight != null) {
      underWayBytes -= flight.batch.commands().length();
    }
    return flight;
  }

  /// A batch was put nowhere by the one who was asked.
  void refused(long now, BatchId id, Refusal why) {
    var flight = underWay.get(id.number());
    if (flight == null || id.incarnation() != incarnation) {
      return;
    }
    // An earlier attempt may still be ordered, so the batch stays; it is tried again a little
    // later.
    flight.sendAgain = Math.min(flight.sendAgain, now + RESEND / 10);
    if (why == Refusal.FULL) {
      flight.sendAgain = now + RESEND / 10;
    }
  }

  private void expire(long now) {
    while (!waiting.isEmpty() && now - waiting.getFirst().start >= timeout) {
      var late = waiting.removeFirst();
      waitingBytes -= late.command.length();
      failures++;
      late.call.unanswered(Unanswered.NO_LEADER_IN_TIME);
    }
    while (!underWay.isEmpty()) {
      var oldest = underWay.firstEntry().getValue();
      if (now - oldest.start() < timeout) {
        return;
      }
      remove(underWay.firstKey());
      for (var command : oldest.commands) {
        failures++;
        command.call.unanswered(leader.unanswered(command.start));
      }
    }
  }

  long nextDeadline() {
    long deadline = Long.MAX_VALUE;
    if (!waiting.isEmpty()) {
      deadline = waiting.getFirst().start + timeout;
      if (windowIsOpen()) {
        deadline = Math.min(deadline, followsAt());
      }
    }
    for (var flight : underWay.values()) {
      deadline = Math.min(deadline, flight.start() + timeout);
      if (leader.isKnown()) {
        deadline = Math.min(deadline, flight.sendAgain);
      }
    }
    return deadline;
  }

  /// The node stops: nobody is left waiting.
  void stop() {
    for (var each : waiting) {
      each.call.unanswered(Unanswered.STOPPED);
    }
    for (var flight : underWay.values()) {
      flight.commands.forEach(each -> each.call.unanswered(Unanswered.STOPPED));
    }
    waiting.clear();
    underWay.clear();
  }
}
