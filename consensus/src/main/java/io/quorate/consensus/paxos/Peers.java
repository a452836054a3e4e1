package io.quorate.consensus.paxos;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A leader's side of all other members: what it sends to each, and what it knows of each.
///
/// Voters are sent every proposal, in messages that follow each other without waiting, up to a
/// bound in bytes; what was lost is sent again while it is open. What is decided they learn by
/// themselves, like the era's learners, who are sent no proposals: see [Learner].
final class Peers {
  private final MultiPaxos paxos;
  private final Ballot ballot;
  private final Map<ReplicaId, Progress> progress = new TreeMap<>();

  Peers(MultiPaxos paxos, long now) {
    this.paxos = paxos;
    this.ballot = paxos.promised();
    for (var other : paxos.others) {
      progress.put(other, new Progress(other, paxos.log.decided() + 1, now));
    }
  }

  Progress get(ReplicaId id) {
    var peer = progress.get(id);
    if (peer == null) {
      throw new IllegalArgumentException(id + " is no member of era " + paxos.era.number());
    }
    return peer;
  }

  private boolean isVoter(Progress peer) {
    return paxos.era.voters().contains(peer.id);
  }

  private long heartbeat() {
    return paxos.self.timing().heartbeat();
  }

  /// No more acceptances of slots up to here are of interest.
  void decidedUpTo(long decided) {
    progress.values().forEach(peer -> peer.accepted.addUpTo(decided));
  }

  // Phase 2

  /// Sends each voter what it lacks, as far as it has room, and a check to whom nothing was sent
  /// for a heartbeat.
  ///
  /// @param round of the newest ballot check
  /// @param end behind the last slot that is proposed
  void flush(long now, long round, long end, Effects out) {
    for (var peer : progress.values()) {
      if (isVoter(peer)) {
        stream(now, peer, round, end, out);
      }
      if (peer.lastSent == Long.MIN_VALUE || now - peer.lastSent >= heartbeat()) {
        check(now, peer, round, out);
      }
    }
  }

  private void stream(long now, Progress peer, long round, long end, Effects out) {
    if (peer.next <= paxos.log.base() || peer.isStuck(now, 2 * heartbeat())) {
      peer.restart(now, paxos.log.decided() + 1);
    }
    while (peer.next < end && peer.hasRoom(paxos.self.limits().inFlight())) {
      var entries = slice(peer, end);
      if (!entries.isEmpty()) {
        var slots = new Slots(entries.getFirst().index(), entries.getLast().index());
        peer.sent(now, slots, Entry.size(entries));
        told(now, peer);
        out.send(peer.id, new PaxosMessage.Accept(ballot, round, entries, peer.told));
      }
    }
  }

  /// What a voter lacks from its next slot on, with its next slot moved behind that. A value that
  /// is known to be chosen is as good under this ballot as under its own.
  private List<Entry> slice(Progress peer, long end) {
    var slice = new ArrayList<Entry>();
    long room = paxos.self.limits().message();
    for (var proposal : paxos.log.from(peer.next).values()) {
      long slot = proposal.entry().index();
      if (slot >= end) {
        break;
      }
      if (!peer.lacks(slot) || !(proposal.isChosen() || proposal.ballot().equals(ballot))) {
        continue;
      }
      room -= proposal.entry().size();
      if (room < 0 && !slice.isEmpty()) {
        peer.next = slot;
        return slice;
      }
      slice.add(proposal.entry());
    }
    peer.next = end;
    return slice;
  }

  /// Begins a ballot check that voters answer at once.
  void check(long now, long round, Effects out) {
    for (var peer : progress.values()) {
      if (isVoter(peer)) {
        check(now, peer, round, out);
      }
    }
  }

  private void check(long now, Progress peer, long round, Effects out) {
    told(now, peer);
    out.send(peer.id, new PaxosMessage.Check(ballot, round, peer.told));
  }

  private void told(long now, Progress peer) {
    peer.lastSent = now;
    peer.told = chosenUpTo(peer);
  }

  // Commits

  /// What is to be said to a member of what is chosen: nothing of what it will be sent yet, lest it
  /// asks for that.
  private long chosenUpTo(Progress peer) {
    long decided = paxos.log.decided();
    return isVoter(peer) ? Math.min(decided, peer.next - 1) : decided;
  }

  void tellChosen(Effects out) {
    progress.values().forEach(peer -> tellChosen(peer, out));
  }

  /// Tells the origins of these slots' batches: somebody waits there.
  void tellOrigins(long from, Effects out) {
    for (var proposal : paxos.log.from(from).values()) {
      if (proposal.entry().index() > paxos.log.decided()) {
        break;
      }
      if (proposal.entry().payload() instanceof Payload.Batch batch) {
        var origin = progress.get(batch.id().origin());
        if (origin != null) {
          tellChosen(origin, out);
        }
      }
    }
  }

  private void tellChosen(Progress peer, Effects out) {
    long upTo = chosenUpTo(peer);
    if (peer.told < upTo) {
      peer.told = upTo;
      out.send(peer.id, new PaxosMessage.Commit(ballot, upTo));
    }
  }

  // Time

  /// Since when a quorum is heard, this member included.
  long quorumHeard(long now) {
    return paxos.quorum.decidedUpTo(id -> id.equals(paxos.self.id()) ? now : get(id).lastHeard);
  }

  long nextDeadline() {
    long deadline = Long.MAX_VALUE;
    for (var peer : progress.values()) {
      deadline = Math.min(deadline, peer.lastSent + heartbeat());
    }
    return deadline;
  }

  List<Status.Peer> status(long now) {
    var peers = new ArrayList<Status.Peer>();
    for (var peer : progress.values()) {
      var state = isVoter(peer) ? "acceptor" : "learner";
      peers.add(new Status.Peer(peer.id, state, peer.decided, now - peer.lastHeard));
    }
    return peers;
  }
}
