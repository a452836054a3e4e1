package io.quorate.node;

import io.quorate.consensus.ReplicaId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The linearizable reads that came in at this node for one group. All that wait share one barrier;
/// while it is under way the next ones collect, so a barrier always begins after the reads that it
/// serves came (R11). A read is let go once the index that the leader named has taken effect here.
final class Barriers {
  /// A barrier without an answer is asked anew, under another number, after so long: nanoseconds.
  private static final long ASK_AGAIN = 500_000_000;

  private static final long BACK_OFF = 20_000_000;

  private static final int MAX_WAITING = 100_000;

  /// Asks the leader.
  interface Route {
    void ask(ReplicaId leader, long number);
  }

  private record Waiting(Call<Long> call, long start) {}

  /// Reads that know which index they need.
  private record Cleared(long index, List<Waiting> reads) {}

  private final long timeout;
  private final Leader leader;
  private final Route route;
  private final ArrayDeque<Cleared> cleared = new ArrayDeque<>();

  private List<Waiting> collecting = new ArrayList<>();
  private List<Waiting> underWay = new ArrayList<>();
  private long number;
  private long askAgain;
  private boolean asked;
  private int waiting;
  private long askedAnew;
  private long unanswered;

  /// @param incarnation of the node, so that no question's number was used in an earlier life: the
  ///   leader may still have an answer for that one (R11)
  Barriers(long incarnation, long timeout, Leader leader, Route route) {
    this.number = incarnation << 32;
    this.timeout = timeout;
    this.leader = leader;
    this.route = route;
  }

  /// Calls back, with the index, when everything that was completed before now has taken effect
  /// here.
  void await(long now, Call<Long> call) {
    if (waiting >= MAX_WAITING) {
      call.unanswered(Unanswered.TOO_MANY_REQUESTS);
      return;
    }
    waiting++;
    collecting.add(new Waiting(call, now));
  }

  boolean wantsTurn(long now) {
    return now >= nextDeadline()
        || (leader.isKnown() && underWay.isEmpty() && !collecting.isEmpty());
  }

  void turn(long now) {
    expire(now);
    if (underWay.isEmpty() && !collecting.isEmpty() && leader.isKnown()) {
      take(now);
      asked = false;
    }
    var to = leader.now().leader();
    if (!underWay.isEmpty() && to != null && (!asked || now >= askAgain)) {
      askedAnew += asked ? 1 : 0;
      asked = true;
      askAgain = now + ASK_AGAIN;
      route.ask(to, ++number);
    }
  }

  /// The leader may answer as of the turn's time, so what came in after the turn had begun waits
  /// for the next one.
  private void take(long now) {
    int taken = collecting.size();
    while (taken > 0 && collecting.get(taken - 1).start > now) {
      taken--;
    }
    var late = new ArrayList<>(collecting.subList(taken, collecting.size()));
    collecting.subList(taken, collecting.size()).clear();
    underWay = collecting;
    collecting = late;
  }

  void leaderChanged(long now) {
    askAgain = now;
  }

  /// The leader's answer to one of this node's questions.
  void ready(long answered, long index) {
    if (answered != number || underWay.isEmpty()) {
      return; // asked anew since: only the newest answer counts
    }
    cleared.addLast(new Cleared(index, underWay));
    underWay = new ArrayList<>();
  }

  void lost(long now, long answered) {
    if (answered == number && asked) {
      askAgain = Math.min(askAgain, now + BACK_OFF);
    }
  }

  /// Lets go the reads whose index has taken effect.
  void applied(long index) {
    while (!cleared.isEmpty() && cleared.getFirst().index <= index) {
      var next = cleared.removeFirst();
      waiting -= next.reads.size();
      next.reads.forEach(read -> read.call.done(next.index));
    }
  }

  private void expire(long now) {
    expire(now, collecting);
    expire(now, underWay);
    for (var each : cleared) {
      expire(now, each.reads);
    }
    while (!cleared.isEmpty() && cleared.getFirst().reads.isEmpty()) {
      cleared.removeFirst();
    }
  }

  private void expire(long now, List<Waiting> reads) {
    int late = 0;
    while (late < reads.size() && now - reads.get(late).start >= timeout) {
      late++;
    }
    if (late > 0) {
      var gone = List.copyOf(reads.subList(0, late));
      reads.subList(0, late).clear();
      waiting -= late;
      unanswered += late;
      gone.forEach(read -> read.call.unanswered(Unanswered.UNKNOWN));
    }
  }

  long nextDeadline() {
    long deadline = Math.min(earliest(collecting), earliest(underWay));
    if (!cleared.isEmpty()) {
      deadline = Math.min(deadline, earliest(cleared.getFirst().reads));
    }
    if (!underWay.isEmpty() && leader.isKnown()) {
      deadline = Math.min(deadline, askAgain);
    }
    return deadline;
  }

  private long earliest(List<Waiting> reads) {
    return reads.isEmpty() ? Long.MAX_VALUE : reads.getFirst().start + timeout;
  }

  /// How often the leader had to be asked once more.
  long askedAnew() {
    return askedAnew;
  }

  /// Reads that got no answer in time.
  long unanswered() {
    return unanswered;
  }

  /// The node stops: nobody is left waiting.
  void stop() {
    var all = new ArrayList<Waiting>(collecting);
    all.addAll(underWay);
    cleared.forEach(each -> all.addAll(each.reads));
    collecting.clear();
    underWay.clear();
    cleared.clear();
    all.forEach(read -> read.call.unanswered(Unanswered.STOPPED));
  }
}
