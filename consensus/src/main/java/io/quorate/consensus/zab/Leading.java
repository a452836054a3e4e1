package io.quorate.consensus.zab;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Status;
import io.quorate.consensus.shared.Reads;
import io.quorate.consensus.zab.ZabMessage.Ack;
import io.quorate.consensus.zab.ZabMessage.AckEpoch;
import io.quorate.consensus.zab.ZabMessage.AckLeader;
import io.quorate.consensus.zab.ZabMessage.Notification;
import io.quorate.consensus.zab.ZabMessage.Pong;
import io.quorate.consensus.zab.ZabMessage.Said;
import io.quorate.consensus.zab.ZabMessage.State;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A leader's part, through all three phases: the links to its followers, pings, reads, and when to
/// give up. What each phase is about is in [Discovery], [Synchronization] and [Broadcast].
///
/// A leader that a quorum has not answered for an election timeout goes back to the election, in
/// whatever phase it is; and so does one that has not come through discovery in that time.
final class Leading implements Role {
  private final Zab zab;
  private final Map<ReplicaId, Learner> learners = new TreeMap<>();
  private final Reads reads = new Reads();
  private final Discovery discovery;
  private @Nullable Synchronization synchronization;
  private @Nullable Broadcast broadcast;

  /// 0 until it is chosen.
  private long epoch;

  /// The newest round: every ping carries it, and its answer says so.
  private long round;

  private final long discoveryEnds;
  private long quorumCheckAt;
  private @Nullable ReplicaId transferTo;
  private long transferEnds;

  Leading(Zab zab) {
    this.zab = zab;
    this.discovery = new Discovery(zab);
    this.discoveryEnds = zab.now() + zab.self.timing().election();
    this.quorumCheckAt = discoveryEnds;
    for (var other : zab.others) {
      learners.put(other, new Learner(other, zab.now()));
    }
  }

  /// Says that it leads, which others wait for, and that it follows itself.
  void begin(Effects out) {
    for (var other : zab.others) {
      out.send(other, notification());
    }
    discover(zab.self.id(), zab.epochs.accepted(), out);
  }

  /// The era names this member: all are as though they were synchronised with it.
  void beginEra(Effects out) {
    epoch = zab.epochs.current();
    synchronization = new Synchronization(zab, epoch, out);
    broadcast = new Broadcast(zab, epoch, learners);
    for (var other : zab.others) {
      out.send(other, notification());
    }
  }

  private Notification notification() {
    return zab.notification(State.LEADING, zab.self.id());
  }

  @Override
  public void notified(ReplicaId from, Notification notification, Effects out) {
    if (notification.state() == State.LOOKING) {
      out.send(from, notification());
    }
  }

  // Phase 1

  /// CEPOCH. Who has promised more than this epoch cannot follow, and what it promised may have
  /// been promised by a quorum: so another epoch must be found.
  void followed(ReplicaId from, Link link, long acceptedEpoch, Effects out) {
    var learner = learner(from);
    if (!learner.connect(link)) {
      return;
    }
    if (epoch == 0) {
      discover(from, acceptedEpoch, out);
    } else if (acceptedEpoch > epoch) {
      zab.look(null, out);
    } else {
      learner.say(new Said.NewEpoch(), epoch, zab.now(), out);
    }
  }

  private void discover(ReplicaId member, long acceptedEpoch, Effects out) {
    if (discovery.follows(member, acceptedEpoch, out)) {
      epoch = discovery.epoch();
      for (var learner : learners.values()) {
        if (learner.state == Learner.State.DISCOVERING) {
          learner.say(new Said.NewEpoch(), epoch, zab.now(), out);
        }
      }
    }
  }

  /// ACK-E.
  void ackedEpoch(ReplicaId from, AckEpoch answer, Effects out) {
    if (answer.epoch() != epoch) {
      return;
    }
    if (!isSelf(from, answer.link())) {
      var learner = learner(from);
      if (!learner.isOn(answer.link())) {
        return;
      }
      heard(learner);
      if (learner.state == Learner.State.DISCOVERING) {
        learner.ends = answer.ends();
        learner.state = Learner.State.WAITING;
      }
    }
    if (synchronization == null && discovery.acked(from, answer)) {
      synchronization = new Synchronization(zab, epoch, out);
    }
  }

  // Phase 2

  /// ACK-LD.
  void ackedLeader(ReplicaId from, AckLeader answer, Effects out) {
    if (answer.epoch() != epoch) {
      return;
    }
    if (isSelf(from, answer.link())) {
      synchronised(from, out);
      return;
    }
    var learner = learner(from);
    if (learner.isOn(answer.link())) {
      heard(learner);
      synchronised(learner, out);
    }
  }

  private void synchronised(Learner learner, Effects out) {
    if (learner.state == Learner.State.SYNCHRONIZING) {
      learner.state = Learner.State.BROADCASTING;
      learner.acknowledged(learner.synchronizedTo);
      if (broadcast != null) {
        broadcast.commitLeader(learner, out);
        broadcast.commit(out);
      } else {
        synchronised(learner.id, out);
      }
    }
  }

  private void synchronised(ReplicaId member, Effects out) {
    if (broadcast == null && synchronization != null && synchronization.acked(member)) {
      broadcast = new Broadcast(zab, epoch, learners);
      zab.decideUpTo(synchronization.initialEnd(), out);
      for (var learner : learners.values()) {
        if (learner.state == Learner.State.BROADCASTING) {
          broadcast.commitLeader(learner, out);
        }
      }
    }
  }

  // Phase 3

  void propose(Payload payload, Effects out) {
    if (broadcast == null) {
      out.refused(payload, Refusal.NOT_LEADER);
    } else if (transferTo != null && !broadcast.isEnding()) {
      out.refused(payload, Refusal.TRANSFERRING);
    } else {
      broadcast.propose(payload, out);
    }
  }

  /// ACK. It is said behind ACK-LD, and so tells of that too, should it come first (ZK-4685).
  void acked(ReplicaId from, Ack answer, Effects out) {
    if (answer.epoch() != epoch) {
      return;
    }
    if (isSelf(from, answer.link())) {
      if (broadcast != null) {
        broadcast.ackedHere(answer.upTo(), out);
      }
      return;
    }
    var learner = learner(from);
    if (learner.isOn(answer.link())) {
      heard(learner);
      synchronised(learner, out);
      if (learner.state == Learner.State.BROADCASTING && broadcast != null) {
        learner.acknowledged(Math.min(answer.upTo(), learner.next - 1));
        broadcast.commit(out);
      }
    }
  }

  // Reads

  void ask(ReadId id, Effects out) {
    if (broadcast == null || broadcast.isEnding()) {
      out.readLost(id);
    } else {
      reads.ask(id);
    }
  }

  private void beginReads(Effects out) {
    if (broadcast != null && reads.wantRound()) {
      round++;
      reads.begin(round, zab.history.decided());
      reads.confirm(zab.quorum, this::followed, out);
    }
  }

  void answered(ReplicaId from, Pong answer, Effects out) {
    var learner = learner(from);
    if (answer.epoch() == epoch && learner.isOn(answer.link())) {
      heard(learner);
      if (answer.round() > learner.round && answer.round() <= round) {
        learner.round = answer.round();
        reads.confirm(zab.quorum, this::followed, out);
      }
    }
  }

  /// Who has still followed after a round began: it had not accepted a later epoch then, and any
  /// quorum that accepts one has somebody of those who confirm a read.
  private Predicate<ReplicaId> followed(long which) {
    return id -> {
      var learner = learners.get(id);
      return learner == null || learner.round >= which;
    };
  }

  // Links

  /// Whether the leader itself says it, to itself.
  private boolean isSelf(ReplicaId from, Link link) {
    return from.equals(zab.self.id()) && link.equals(Link.SELF);
  }

  private Learner learner(ReplicaId id) {
    var learner = learners.get(id);
    if (learner == null) {
      throw new IllegalArgumentException(id + " is no other member of era " + zab.era.number());
    }
    return learner;
  }

  private void heard(Learner learner) {
    learner.lastHeard = zab.now();
  }

  @Override
  public void flush(Effects out) {
    if (broadcast != null) {
      broadcast.journal(out);
    }
    beginReads(out);
    for (var learner : learners.values()) {
      serve(learner, out);
    }
    handOver(out);
  }

  private void serve(Learner learner, Effects out) {
    if (synchronization != null) {
      if (learner.state == Learner.State.WAITING) {
        synchronization.bring(learner, out);
      }
      if (learner.follows() && broadcast != null && !broadcast.propose(learner, out)) {
        synchronization.leaveBehind(learner, out);
      }
    }
    if (learner.isSpokenTo()) {
      boolean due = zab.now() >= learner.pingAt(heartbeat());
      if (due || (learner.pinged < round && zab.era.voters().contains(learner.id))) {
        learner.pinged = round;
        boolean repeat = learner.mustRepeat(zab.now(), heartbeat());
        learner.say(new Said.Ping(round, repeat), epoch, zab.now(), out);
      }
    }
  }

  private long heartbeat() {
    return zab.self.timing().heartbeat();
  }

  @Override
  public void tick(Effects out) {
    boolean late = synchronization == null && zab.now() >= discoveryEnds;
    if (late || (zab.now() >= quorumCheckAt && !reachesQuorum())) {
      zab.look(null, out);
      return;
    }
    if (transferTo != null && zab.now() >= transferEnds) {
      transferTo = null;
    }
    if (broadcast != null) {
      broadcast.tick(out);
    }
  }

  private boolean reachesQuorum() {
    long election = zab.self.timing().election();
    long heard = zab.quorum.decidedUpTo(this::lastHeard);
    quorumCheckAt = heard + election;
    return zab.now() - heard < election;
  }

  private long lastHeard(ReplicaId id) {
    var learner = learners.get(id);
    return learner == null ? zab.now() : learner.lastHeard;
  }

  // Transfer and end

  /// Takes no proposals until the target has all entries, or an election timeout has passed.
  void transfer(ReplicaId to) {
    if (broadcast != null && zab.era.voters().contains(to) && !to.equals(zab.self.id())) {
      transferTo = to;
      transferEnds = zab.now() + zab.self.timing().election();
    }
  }

  /// Zab has no such thing; here the leader goes to the election, where its followers follow it,
  /// and says who shall win. That ranks below how recent a history is, so nothing can be lost by
  /// it.
  private void handOver(Effects out) {
    if (transferTo == null) {
      return;
    }
    var target = learner(transferTo);
    if (target.state == Learner.State.BROADCASTING && target.acked == zab.history.lastIndex()) {
      zab.look(target.id, out);
    }
  }

  /// The era's last entry is committed; others should hear of it.
  void tellAllCommitted(Effects out) {
    if (broadcast != null) {
      broadcast.tellAllCommitted(out);
    }
  }

  void end(Effects out) {
    if (broadcast != null) {
      broadcast.end(out);
    }
    reads.loseAll(out);
  }

  @Override
  public long nextDeadline() {
    long deadline =
        synchronization == null ? Math.min(quorumCheckAt, discoveryEnds) : quorumCheckAt;
    for (var learner : learners.values()) {
      if (learner.isSpokenTo()) {
        deadline = Math.min(deadline, learner.pingAt(heartbeat()));
      }
    }
    if (broadcast != null) {
      deadline = Math.min(deadline, broadcast.nextDeadline());
    }
    return transferTo == null ? deadline : Math.min(deadline, transferEnds);
  }

  @Override
  public Phase phase() {
    if (broadcast != null) {
      return Phase.BROADCAST;
    }
    return synchronization != null ? Phase.SYNCHRONIZATION : Phase.DISCOVERY;
  }

  @Override
  public @Nullable ReplicaId establishedLeader() {
    return broadcast == null ? null : zab.self.id();
  }

  /// Whether a quorum holds the initial history of the epoch.
  boolean isEstablished() {
    return broadcast != null;
  }

  List<Status.Peer> peers() {
    return learners.values().stream()
        .map(learner ->
            new Status.Peer(
                learner.id, learner.state.word, learner.acked, zab.now() - learner.lastHeard))
        .toList();
  }
}
