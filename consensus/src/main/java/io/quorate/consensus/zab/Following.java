package io.quorate.consensus.zab;

import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.zab.ZabMessage.FromLeader;
import io.quorate.consensus.zab.ZabMessage.Notification;
import io.quorate.consensus.zab.ZabMessage.Said;
import io.quorate.consensus.zab.ZabMessage.State;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A follower's part of all three phases (DSN 2011, section IV), and an observer's, which differs
/// in nothing but that nobody counts it.
///
/// Everything happens on one [Link]. Whatever is missed or does not fit ends it, and the next one
/// begins with discovery again.
final class Following implements Role {
  private final Zab zab;
  private final ReplicaId leader;

  private Link link;
  private Phase phase = Phase.DISCOVERY;

  /// The number of the last message that the leader said on this link.
  private long received;

  /// The leader's epoch, once it has said so.
  private long epoch;

  /// NEWLEADER has been said on this link: the history is the leader's.
  private boolean synchronised;

  /// The epoch was established with this leader, on this link or an earlier one.
  private boolean established;

  /// How far to catch up before another link makes sense; 0 if not behind.
  private long wanted;

  private boolean ackDue;

  /// When to look for another leader, if this one is not heard.
  private long silentAt;

  /// When to open another link, if nothing is heard on this one.
  private long openAt;

  Following(Zab zab, ReplicaId leader, Effects out) {
    this.zab = zab;
    this.leader = leader;
    this.link = zab.nextLink();
    this.silentAt = zab.now() + zab.self.timing().election();
    ask(out);
  }

  private void open(Effects out) {
    link = zab.nextLink();
    phase = Phase.DISCOVERY;
    received = 0;
    synchronised = false;
    wanted = 0;
    ackDue = false;
    ask(out);
  }

  private void ask(Effects out) {
    openAt = zab.now() + zab.self.timing().heartbeat();
    out.send(leader, new ZabMessage.CEpoch(link, zab.epochs.accepted()));
  }

  // What the leader says

  void heard(ReplicaId from, FromLeader message, Effects out) {
    if (!from.equals(leader) || !message.link().equals(link) || message.number() <= received) {
      return;
    }
    boolean first = message.said() instanceof Said.NewEpoch;
    if (message.number() > received + 1
        || first != (message.number() == 1)
        || (!first && message.epoch() != epoch)) {
      open(out);
      return;
    }
    received = message.number();
    silentAt = zab.now() + patience();
    switch (message.said()) {
      case Said.NewEpoch() -> newEpoch(message.epoch(), out);
      case Said.Trunc(Point to) -> trunc(to, out);
      case Said.Diff(List<Entry> entries) -> diff(entries, out);
      case Said.Behind(long committed) -> behind(committed, out);
      case Said.NewLeader() -> newLeader(out);
      case Said.CommitLeader(long committed) -> commitLeader(committed, out);
      case Said.Propose(List<Entry> entries, long committed) -> propose(entries, committed, out);
      case Said.Commit(long upTo) -> commit(upTo, out);
      case Said.Ping(long round, boolean repeat) -> ping(round, repeat, out);
    }
  }

  // Phase 1

  private void newEpoch(long newEpoch, Effects out) {
    if (newEpoch < zab.epochs.accepted()) {
      // It will step down for what CEPOCH said; there is nothing to follow here.
      zab.look(null, out);
      return;
    }
    established &= newEpoch == epoch;
    epoch = newEpoch;
    zab.epochs.accept(epoch, leader);
    zab.epochs.save(out);
    ackEpoch(out);
  }

  /// Says also to a leader that it is not counted for where its history stands.
  private void ackEpoch(Effects out) {
    out.sendDurably(
        leader,
        new ZabMessage.AckEpoch(
            link,
            epoch,
            zab.epochs.accept(epoch, leader),
            zab.epochs.current(),
            Histories.ends(zab.history)));
  }

  // Phase 2

  /// What is decided stays, whatever a leader says (Z10): one that lacks it is of the past, for a
  /// later epoch has decided it.
  private void trunc(Point to, Effects out) {
    phase = Phase.SYNCHRONIZATION;
    if (to.index() < zab.history.decided()) {
      zab.look(null, out);
    } else if (synchronised || !zab.history.matches(to)) {
      open(out);
    } else if (to.index() < zab.history.lastIndex()) {
      zab.truncate(to, out);
    }
  }

  private void diff(List<Entry> entries, Effects out) {
    phase = Phase.SYNCHRONIZATION;
    if (synchronised || !follow(entries)) {
      open(out);
    } else {
      append(entries, out);
    }
  }

  private boolean follow(List<Entry> entries) {
    var last = zab.history.last();
    var first = entries.getFirst();
    return first.index() == last.index() + 1 && first.mark() >= last.mark();
  }

  private void append(List<Entry> entries, Effects out) {
    entries.forEach(zab.history::append);
    out.journal(new ZabRecord.History(entries.getFirst().index(), entries));
  }

  /// It will come back on another link once it holds what the leader no longer does.
  private void behind(long committed, Effects out) {
    phase = Phase.SYNCHRONIZATION;
    synchronised = false;
    wanted = committed;
    out.behind(leader, wanted);
  }

  /// The history is journaled; now the epoch is, and only then this is said (ZK-4643, ZK-4646).
  private void newLeader(Effects out) {
    phase = Phase.SYNCHRONIZATION;
    synchronised = true;
    zab.epochs.enter(epoch);
    zab.epochs.save(out);
    out.sendDurably(leader, new ZabMessage.AckLeader(link, epoch));
  }

  // Phase 3

  private void commitLeader(long committed, Effects out) {
    if (!synchronised) {
      open(out);
      return;
    }
    phase = Phase.BROADCAST;
    established = true;
    commit(committed, out);
  }

  private void propose(List<Entry> entries, long committed, Effects out) {
    if (!synchronised || !follow(entries)) {
      open(out);
      return;
    }
    append(entries, out);
    ackDue = true;
    commit(committed, out);
  }

  /// Before COMMIT-LD nothing is delivered, though it be committed (ZK-4394); COMMIT-LD tells of
  /// it.
  private void commit(long upTo, Effects out) {
    if (phase == Phase.BROADCAST) {
      zab.decideUpTo(Math.min(upTo, zab.history.lastIndex()), out);
    }
  }

  private void ping(long round, boolean repeat, Effects out) {
    out.send(leader, new ZabMessage.Pong(link, epoch, round));
    if (wanted > 0) {
      out.behind(leader, wanted);
    } else if (repeat && phase == Phase.DISCOVERY) {
      ackEpoch(out);
    } else if (repeat && synchronised) {
      out.sendDurably(leader, new ZabMessage.AckLeader(link, epoch));
      ackDue = true;
    }
  }

  // What else happens

  /// The replica has caught up.
  ///
  /// @param kept the history is what it was, but for what of it is decided
  void caughtUp(boolean kept, Effects out) {
    if (wanted > 0 ? zab.history.decided() >= wanted : !kept) {
      open(out);
    }
  }

  @Override
  public void notified(ReplicaId from, Notification notification, Effects out) {
    switch (notification.state()) {
      case LOOKING -> {
        if (!from.equals(leader)) {
          out.send(from, zab.notification(State.FOLLOWING, leader));
        } else if (notification.round() > zab.round()) {
          zab.look(null, out);
          zab.notified(from, notification, out);
        }
      }
      case LEADING -> {
        if (!from.equals(leader) && received == 0 && notification.round() >= zab.round()) {
          zab.follow(from, notification.round(), out);
        }
      }
      case FOLLOWING -> {}
    }
  }

  /// Its connection broke: it may be gone, and others will see the same.
  void suspect(ReplicaId peer) {
    if (peer.equals(leader)) {
      silentAt = Math.min(silentAt, zab.now() + zab.self.timing().heartbeat() / 10);
    }
  }

  /// How long to go on without a word of a leader that was heard: a quarter longer than that leader
  /// goes on without an answer. So one that has merely stood still for a while finds its followers
  /// where they were.
  private long patience() {
    return zab.self.timing().election() + zab.self.timing().election() / 4;
  }

  void trust(ReplicaId peer) {
    if (peer.equals(leader)) {
      silentAt = zab.now() + patience();
    }
  }

  @Override
  public void tick(Effects out) {
    if (zab.now() >= silentAt) {
      zab.look(null, out);
    } else if (received == 0 && zab.now() >= openAt) {
      open(out);
    }
  }

  /// One acknowledgement for all that the step brought: it covers what is before it.
  @Override
  public void flush(Effects out) {
    if (ackDue) {
      ackDue = false;
      out.sendDurably(leader, new ZabMessage.Ack(link, epoch, zab.history.lastIndex()));
    }
  }

  @Override
  public long nextDeadline() {
    return received == 0 ? Math.min(silentAt, openAt) : silentAt;
  }

  @Override
  public Phase phase() {
    return phase;
  }

  @Override
  public @Nullable ReplicaId establishedLeader() {
    return established ? leader : null;
  }

  /// The epoch of the leadership that is established.
  long epoch() {
    return epoch;
  }
}
