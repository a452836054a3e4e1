package io.quorate.consensus.raft;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.shared.Reads;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One leadership: orders proposals, replicates and decides them (thesis 3.5, 3.6.2), stays leader
/// only while a quorum answers (6.2), hands over when asked (3.10).
final class Leading implements Role {
  /// How long a member that nobody waits at may go without hearing how far all is decided.
  private static final long DECIDE_DELAY = 2_000_000;

  private static final long NONE = Long.MAX_VALUE;

  private final Raft raft;
  private final Map<ReplicaId, Progress> progress = new TreeMap<>();
  private final Reads reads = new Reads();
  private final Lease lease;

  /// The leadership's first entry; nothing older is decided by counting (3.6.2), and no read is
  /// answered before it is decided (6.4).
  private final long firstIndex;

  /// The last entry that is in the journal's order; what is behind it was appended in this step.
  private long journaled;

  /// How far the leader itself holds the log, as its own message told.
  private long matchedHere;

  /// The newest round: every message carries it, and its answer says so.
  private long round;

  private long now;
  private long quorumCheckAt;
  private long decideNoticeAt = NONE;

  private @Nullable ReplicaId transferTo;
  private boolean transferTold;
  private long transferEnds;

  Leading(Raft raft, long now) {
    this.raft = raft;
    this.now = now;
    this.journaled = raft.log.lastIndex();
    this.firstIndex = journaled + 1;
    this.quorumCheckAt = now + raft.self.timing().election();
    this.lease = new Lease(raft.era, heartbeat());
    for (var other : raft.others) {
      progress.put(other, new Progress(other, firstIndex, now));
    }
  }

  /// A no-op, so that the term has an entry whose decision decides all before it (3.6.2, 6.4).
  void begin() {
    append(new Payload.NoOp());
  }

  /// The time of the step that is under way.
  void at(long now) {
    this.now = now;
  }

  private void append(Payload payload) {
    raft.log.append(new Entry(raft.log.lastIndex() + 1, raft.term(), payload));
  }

  private boolean ending() {
    return raft.log.stopSign() != Long.MAX_VALUE;
  }

  void propose(Payload payload, Effects out) {
    if (ending()) {
      out.refused(payload, Refusal.ENDING);
    } else if (transferTo != null) {
      out.refused(payload, Refusal.TRANSFERRING);
    } else if (raft.log.undecidedBytes() + payload.size() > raft.self.limits().undecided()
        && raft.log.undecidedBytes() > 0) {
      out.refused(payload, Refusal.FULL);
    } else {
      append(payload);
    }
  }

  void ask(ReadId id, Effects out) {
    if (ending()) {
      out.readLost(id);
    } else if (mayAnswerAlone()) {
      out.readReady(id, raft.log.decided());
    } else {
      reads.ask(id);
    }
  }

  /// Whether no round is needed to know that nobody else has decided anything (thesis 6.4.1).
  private boolean mayAnswerAlone() {
    return lease.holds(now) && transferTo == null && raft.log.decided() >= firstIndex;
  }

  // Acknowledgements

  void appended(ReplicaId from, RaftMessage.Appended answer, Effects out) {
    if (from.equals(raft.self.id())) {
      matchedHere = Math.max(matchedHere, answer.matched());
      decide(out);
      return;
    }
    var peer = heard(from, answer.round(), out);
    peer.acknowledged(Math.min(answer.matched(), raft.log.lastIndex()));
    decide(out);
  }

  void conflict(ReplicaId from, RaftMessage.Conflict answer, Effects out) {
    var peer = heard(from, answer.round(), out);
    if (answer.previous() <= peer.matched || answer.previous() >= peer.next) {
      return; // an old answer: it has matched since, or was asked anew
    }
    var log = raft.log;
    if (answer.hint().index() < log.base().index()) {
      peer.behind();
      tellBehind(peer, out);
    } else {
      // The last place where both may agree, seen from both sides (thesis 3.5, conflicting terms).
      peer.probe(log.lastUpToMark(answer.hint().index(), answer.hint().mark()) + 1);
    }
  }

  void position(ReplicaId from, RaftMessage.Position answer, Effects out) {
    var peer = heard(from, answer.round(), out);
    if (peer.state == Progress.State.BEHIND && answer.decided() >= raft.log.base().index()) {
      peer.probe(Math.min(answer.decided(), raft.log.lastIndex()) + 1);
    }
  }

  void confirmed(ReplicaId from, long round, Effects out) {
    heard(from, round, out);
  }

  private Progress heard(ReplicaId from, long round, Effects out) {
    var peer = peer(from);
    peer.lastHeard = now;
    if (round > peer.round) {
      peer.round = round;
      confirm(out);
    }
    return peer;
  }

  private Progress peer(ReplicaId id) {
    var peer = progress.get(id);
    if (peer == null) {
      throw new IllegalArgumentException(id + " is no member of era " + raft.era.number());
    }
    return peer;
  }

  private Predicate<ReplicaId> followed(long which) {
    return id -> id.equals(raft.self.id()) || peer(id).round >= which;
  }

  private void confirm(Effects out) {
    lease.confirm(raft.quorum, this::followed);
    reads.confirm(raft.quorum, this::followed, out);
  }

  /// Decides what a quorum holds durably, if it is of this term (thesis 3.6.2, R7).
  private void decide(Effects out) {
    long upTo =
        raft.quorum.decidedUpTo(id -> id.equals(raft.self.id()) ? matchedHere : peer(id).matched);
    if (upTo >= firstIndex && upTo > raft.log.decided()) {
      long before = raft.log.decided();
      raft.decideUpTo(upTo, out);
      noticeDecided(before + 1, out);
    }
  }

  /// Tells an origin at once that its batch is decided; the others soon, or with their next
  /// entries.
  private void noticeDecided(long from, Effects out) {
    long decided = raft.log.decided();
    for (long index = Math.max(from, raft.log.base().index() + 1); index <= decided; index++) {
      if (raft.log.entry(index).payload() instanceof Payload.Batch batch) {
        var origin = progress.get(batch.id().origin());
        if (origin != null) {
          tellDecided(origin, out);
        }
      }
    }
    decideNoticeAt = Math.min(decideNoticeAt, now + DECIDE_DELAY);
  }

  private void tellDecided(Progress peer, Effects out) {
    if (peer.decidedTold < raft.log.decided() && peer.state != Progress.State.BEHIND) {
      peer.decidedTold = raft.log.decided();
      out.send(peer.id, new RaftMessage.Decide(raft.term(), raft.log.decided()));
    }
  }

  // Sending

  void tick(Effects out) {
    if (now >= quorumCheckAt && !reachesQuorum()) {
      raft.follow(now, raft.term(), null, out);
      return;
    }
    if (transferTo != null && now >= transferEnds) {
      transferTo = null;
    }
    if (now >= decideNoticeAt) {
      decideNoticeAt = NONE;
      progress.values().forEach(peer -> tellDecided(peer, out));
    }
  }

  /// Whether a quorum was heard within an election timeout (thesis 6.2).
  private boolean reachesQuorum() {
    long election = raft.self.timing().election();
    long heard =
        raft.quorum.decidedUpTo(id -> id.equals(raft.self.id()) ? now : peer(id).lastHeard);
    quorumCheckAt = heard + election;
    return now - heard < election;
  }

  /// Everything that this step appended goes to the journal in one record, and to every member that
  /// has room for it; the leader's own disk and the members' work at the same time (thesis 10.2.1).
  void flush(Effects out) {
    var log = raft.log;
    if (log.lastIndex() > journaled) {
      out.journal(new RaftRecord.Log(journaled + 1, log.range(journaled + 1, log.lastIndex())));
      journaled = log.lastIndex();
      out.sendDurably(raft.self.id(), new RaftMessage.Appended(raft.term(), round, journaled));
    }
    beginReads(out);
    if (lease.wantsRound(now)) {
      beginRound();
    }
    for (var peer : progress.values()) {
      replicate(peer, out);
    }
    if (transferTo != null && !transferTold && peer(transferTo).matched == log.lastIndex()) {
      transferTold = true;
      lease.giveUp();
      out.send(transferTo, new RaftMessage.TimeoutNow(raft.term()));
    }
  }

  private void beginReads(Effects out) {
    if (raft.log.decided() >= firstIndex && reads.wantRound()) {
      beginRound();
      reads.begin(round, raft.log.decided());
      confirm(out);
      for (var voter : raft.era.voters()) {
        if (!voter.equals(raft.self.id())) {
          out.send(voter, new RaftMessage.Confirm(raft.term(), round));
        }
      }
    }
  }

  private void beginRound() {
    round++;
    lease.began(round, now);
  }

  private void replicate(Progress peer, Effects out) {
    var log = raft.log;
    if (peer.state != Progress.State.BEHIND && peer.next - 1 < log.base().index()) {
      peer.behind();
    }
    boolean silent = peer.lastSent == Long.MIN_VALUE || now - peer.lastSent >= heartbeat();
    if (peer.state == Progress.State.BEHIND) {
      if (silent) {
        tellBehind(peer, out);
      }
      return;
    }
    if (silent) {
      peer.probeSent = false;
    }
    while (peer.next <= log.lastIndex() && peer.maySend(raft.self.limits().inFlight())) {
      send(peer, log.slice(peer.next, raft.self.limits().message()), out);
      silent = false;
    }
    if (silent) {
      send(peer, List.of(), out);
    }
  }

  private void send(Progress peer, List<Entry> entries, Effects out) {
    var log = raft.log;
    var previous = new Point(peer.next - 1, log.markAt(peer.next - 1));
    peer.lastSent = now;
    peer.decidedTold = log.decided();
    out.send(peer.id, new RaftMessage.Append(raft.term(), round, previous, entries, log.decided()));
    if (!entries.isEmpty()) {
      peer.sent(entries.getLast().index(), Entry.size(entries));
    }
  }

  private void tellBehind(Progress peer, Effects out) {
    peer.lastSent = now;
    out.send(peer.id, new RaftMessage.Behind(raft.term(), round, raft.log.decided()));
  }

  private long heartbeat() {
    return raft.self.timing().heartbeat();
  }

  long nextDeadline() {
    long deadline = Math.min(quorumCheckAt, decideNoticeAt);
    for (var peer : progress.values()) {
      deadline = Math.min(deadline, peer.lastSent + heartbeat());
    }
    return transferTo == null ? deadline : Math.min(deadline, transferEnds);
  }

  // Transfer and end

  /// Takes no proposals until the target has all entries and is told to elect itself, or an
  /// election timeout has passed (thesis 3.10).
  void transfer(ReplicaId to) {
    if (raft.era.voters().contains(to) && !to.equals(raft.self.id())) {
      transferTo = to;
      transferTold = false;
      transferEnds = now + raft.self.timing().election();
    }
  }

  /// Nothing that this leadership has not journaled ever happened.
  void end(Effects out) {
    var log = raft.log;
    if (log.lastIndex() > journaled) {
      var unsaid = log.range(journaled + 1, log.lastIndex());
      log.truncateFrom(journaled + 1);
      for (var entry : unsaid) {
        if (!(entry.payload() instanceof Payload.NoOp)) {
          out.refused(entry.payload(), Refusal.NOT_LEADER);
        }
      }
    }
    reads.loseAll(out);
  }

  String phase() {
    if (transferTo != null) {
      return "handing over";
    }
    return raft.log.decided() < firstIndex ? "taking over" : "";
  }

  List<Status.Peer> peers() {
    var peers = new ArrayList<Status.Peer>();
    for (var peer : progress.values()) {
      var state = peer.state.name().toLowerCase(java.util.Locale.ROOT);
      peers.add(new Status.Peer(peer.id, state, peer.matched, now - peer.lastHeard));
    }
    return peers;
  }
}
