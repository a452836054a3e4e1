package io.quorate.node;

import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.TreeMap;

/// What was asked at this node about leases of one group, on its way to the lessor: the node that
/// leads, once it has taken the lessorship. A question is asked again until it is answered or its
/// time is up, under the same number: it does the same however often it comes.
final class LessorCalls {
  /// A question without an answer is asked anew after so long: nanoseconds.
  private static final long ASK_AGAIN = 500_000_000;

  private static final long BACK_OFF = 20_000_000;

  private static final int MAX_WAITING = 100_000;

  /// Asks the leader.
  interface Route {
    void ask(ReplicaId leader, long number, boolean renew, long lease);
  }

  private static final class Waiting {
    final long lease;
    final boolean renew;
    final Call<LeaseState> call;
    final long start;
    long due;

    Waiting(long lease, boolean renew, Call<LeaseState> call, long start) {
      this.lease = lease;
      this.renew = renew;
      this.call = call;
      this.start = start;
    }
  }

  /// Counts only while it is when the question is due.
  private record Due(long time, long number) {}

  private final long timeout;
  private final Leader leader;
  private final Route route;

  /// By number, so the oldest first.
  private final TreeMap<Long, Waiting> waiting = new TreeMap<>();

  private final PriorityQueue<Due> dues =
      new PriorityQueue<>(Comparator.comparingLong(Due::time).thenComparingLong(Due::number));

  private long number;

  /// @param incarnation of the node, so that no answer to an earlier life's question is mistaken
  /// @param timeout nanoseconds after which a caller is told that there is no answer
  LessorCalls(long incarnation, long timeout, Leader leader, Route route) {
    this.number = incarnation << 32;
    this.timeout = timeout;
    this.leader = leader;
    this.route = route;
  }

  void ask(long now, boolean renew, long lease, Call<LeaseState> call) {
    if (waiting.size() >= MAX_WAITING) {
      call.unanswered(Unanswered.TOO_MANY_REQUESTS);
      return;
    }
    var asked = new Waiting(lease, renew, call, now);
    waiting.put(++number, asked);
    due(number, asked, now);
  }

  private void due(long ofNumber, Waiting asked, long time) {
    asked.due = time;
    dues.add(new Due(time, ofNumber));
  }

  boolean wantsTurn(long now) {
    return now >= nextDeadline();
  }

  void turn(long now) {
    expire(now);
    for (var due = dues.peek(); due != null && due.time <= now; due = dues.peek()) {
      var asked = waiting.get(due.number);
      if (asked == null || asked.due != due.time) {
        dues.remove();
        continue;
      }
      var to = leader.now().leader();
      if (to == null) {
        return;
      }
      dues.remove();
      due(due.number, asked, now + ASK_AGAIN);
      route.ask(to, due.number, asked.renew, asked.lease);
    }
  }

  private void expire(long now) {
    while (!waiting.isEmpty() && now - waiting.firstEntry().getValue().start >= timeout) {
      var late = waiting.pollFirstEntry().getValue();
      late.call.unanswered(leader.isKnown() ? Unanswered.UNKNOWN : Unanswered.NO_LEADER_IN_TIME);
    }
  }

  void leaderChanged(long now) {
    dues.clear();
    waiting.forEach((asked, question) -> due(asked, question, now));
  }

  void answered(long answered, LeaseState state) {
    var asked = waiting.remove(answered);
    if (asked != null) {
      asked.call.done(state);
    }
  }

  /// Who was asked cannot answer, or cannot yet.
  void noLessor(long now, long answered) {
    var asked = waiting.get(answered);
    if (asked != null && asked.due > now + BACK_OFF) {
      due(answered, asked, now + BACK_OFF);
    }
  }

  long nextDeadline() {
    if (waiting.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long deadline = waiting.firstEntry().getValue().start + timeout;
    var due = dues.peek();
    return due == null || !leader.isKnown() ? deadline : Math.min(deadline, due.time);
  }

  /// The node stops: nobody is left waiting.
  void stop() {
    var all = new ArrayList<>(waiting.values());
    waiting.clear();
    all.forEach(asked -> asked.call.unanswered(Unanswered.STOPPED));
  }
}
