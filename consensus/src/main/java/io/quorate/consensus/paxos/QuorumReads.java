package io.quorate.consensus.paxos;

import io.quorate.consensus.Effects;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Read barriers answered without a leader, where the era allows it.
///
/// Whoever is asked asks enough acceptors for a phase 1 for the highest slot that each has
/// accepted. Whatever was chosen before is among those, since a quorum that chooses meets one that
/// elects; so once the highest of these slots is decided here, the answer is good. All barriers
/// that wait share one question; while it is under way the next ones collect.
///
/// A slot that a few accepted and nobody chose stays open until somebody proposes for it: the
/// leader is asked to, and without a leader the members bid for that place by themselves. What
/// stays open for two election timeouts is given up.
final class QuorumReads {
  private static final long NEVER = Long.MAX_VALUE;

  private record Waiting(long slot, long since, List<ReadId> barriers) {}

  private final MultiPaxos paxos;
  private final Set<ReplicaId> answered = new TreeSet<>();
  private List<ReadId> collecting = new ArrayList<>();
  private List<ReadId> underWay = new ArrayList<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private long questions;
  private long began;
  private long highest;
  private long askAgainAt = NEVER;

  QuorumReads(MultiPaxos paxos) {
    this.paxos = paxos;
  }

  void ask(ReadId id) {
    collecting.add(id);
  }

  private ReadId question() {
    return new ReadId(paxos.self.incarnation(), questions);
  }

  /// A question begins for those that wait, if none is under way.
  void flush(long now, Effects out) {
    if (!underWay.isEmpty() || collecting.isEmpty()) {
      return;
    }
    var swap = underWay;
    underWay = collecting;
    collecting = swap;
    questions++;
    began = now;
    askAgainAt = now + paxos.self.timing().heartbeat();
    answered.clear();
    answered.add(paxos.self.id());
    highest = paxos.log.last();
    askRest(out);
    answerIfKnown(out);
  }

  private void askRest(Effects out) {
    for (var voter : paxos.era.voters()) {
      if (!answered.contains(voter)) {
        out.send(voter, new PaxosMessage.AskAccepted(question()));
      }
    }
  }

  void asked(ReplicaId from, ReadId question, Effects out) {
    out.send(from, new PaxosMessage.HighestAccepted(question, paxos.log.last()));
  }

  void answered(ReplicaId from, PaxosMessage.HighestAccepted answer, Effects out) {
    if (!underWay.isEmpty() && answer.read().equals(question())) {
      answered.add(from);
      highest = Math.max(highest, answer.slot());
      answerIfKnown(out);
    }
  }

  private void answerIfKnown(Effects out) {
    if (!underWay.isEmpty() && paxos.quorum.elects(answered::contains)) {
      waiting.add(new Waiting(highest, began, List.copyOf(underWay)));
      underWay.clear();
      decided(out);
    }
  }

  /// More is decided here. What reaches a stop-sign is to be asked again in the next era.
  void decided(Effects out) {
    long decided = paxos.log.decided() - (paxos.log.ended() ? 1 : 0);
    for (var each : waiting) {
      if (each.slot <= decided) {
        each.barriers.forEach(id -> out.readReady(id, each.slot));
      }
    }
    waiting.removeIf(each -> each.slot <= decided);
    if (paxos.log.ended()) {
      loseAll(out);
    }
  }

  /// Asks again what may be lost, and the leader to fill what stays open.
  void tick(long now, Effects out) {
    if (now < askAgainAt) {
      return;
    }
    long oldest = now - 2 * paxos.self.timing().election();
    if (!underWay.isEmpty() && began <= oldest) {
      underWay.forEach(out::readLost);
      underWay.clear();
    }
    for (var each : waiting) {
      if (each.since <= oldest) {
        each.barriers.forEach(out::readLost);
      }
    }
    waiting.removeIf(each -> each.since <= oldest);
    if (!underWay.isEmpty()) {
      askRest(out);
    }
    fillOpen(out);
    boolean idle = underWay.isEmpty() && waiting.isEmpty();
    askAgainAt = idle ? NEVER : now + paxos.self.timing().heartbeat();
  }

  private void fillOpen(Effects out) {
    var leader = paxos.leader();
    if (waiting.isEmpty() || leader == null) {
      return;
    }
    long open = waiting.getLast().slot;
    if (paxos.role() instanceof Leading leading) {
      leading.fill(open);
    } else {
      out.send(leader, new PaxosMessage.Fill(open));
    }
  }

  long nextDeadline() {
    return askAgainAt;
  }

  void loseAll(Effects out) {
    underWay.forEach(out::readLost);
    collecting.forEach(out::readLost);
    waiting.forEach(each -> each.barriers.forEach(out::readLost));
    underWay.clear();
    collecting.clear();
    waiting.clear();
    askAgainAt = NEVER;
  }
}
