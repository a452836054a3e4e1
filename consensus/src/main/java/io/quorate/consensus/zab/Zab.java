package io.quorate.consensus.zab;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Consensus;
import io.quorate.consensus.Effects;
import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Point;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.Status;
import io.quorate.consensus.shared.MarkedLog;
import io.quorate.consensus.shared.TailOfRecords;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.zab.ZabMessage.Notification;
import io.quorate.consensus.zab.ZabMessage.State;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One member of a Zab group.
///
/// This class holds what every member has (the history and the two epochs), and passes inputs to
/// the role that it is in. A member counts itself only by its own messages, which come back to it
/// once they are durable, so a lone voter and a group of five run the same code.
public final class Zab implements Consensus {
  public static final Protocol PROTOCOL =
      new Protocol() {
        @Override
        public String name() {
          return "zab";
        }

        @Override
        public void requirePossible(Era era) {
          Quorum.of(era);
          if (era.options().leaseMillis() != 0) {
            throw new IllegalArgumentException(
                "era %s of Zab has leader leases of %s ms: Zab's leader asks a quorum before it answers a read, choose an era without leases"
                    .formatted(era.number(), era.options().leaseMillis()));
          }
          int electing = era.options().electing();
          if (electing != 0 && 2 * electing <= era.voters().size()) {
            throw new IllegalArgumentException(
                "era %s of Zab lets %s of %s voters elect: two such groups could make two leaders of one epoch, choose more than half"
                    .formatted(era.number(), electing, era.voters().size()));
          }
        }

        @Override
        public Consensus enter(Era era, Self self) {
          return new Zab(era, self, new Point(era.base(), 0), List.of(), true);
        }

        @Override
        public Consensus restore(Era era, Self self, Point decided, List<JournalRecord> records) {
          return new Zab(era, self, decided, records, false);
        }

        @Override
        public Codec<Message> messages() {
          return ZabMessage.CODEC;
        }

        @Override
        public Codec<JournalRecord> records() {
          return ZabRecord.CODEC;
        }
      };

  final Era era;
  final Self self;
  final Quorum quorum;
  final List<ReplicaId> others;
  final MarkedLog history;
  final Epochs epochs;

  private long now;

  /// Of the election: volatile, for it promises nothing.
  private long round;

  private long links;
  private Role role;
  private Leadership announced = Leadership.NONE;

  /// This member's first step, for the first time in the era.
  private boolean entering;

  /// Whether this life has not been stepped yet.
  private boolean fresh = true;

  /// Whether the records hold a tail that this life has dropped, and do not say so yet.
  private boolean tailDropped;

  private Zab(Era era, Self self, Point decided, List<JournalRecord> records, boolean entering) {
    PROTOCOL.requirePossible(era);
    this.era = era;
    this.self = self;
    this.quorum = Quorum.of(era);
    this.others = era.members().stream().filter(id -> !id.equals(self.id())).toList();
    this.history = new MarkedLog(decided, self.limits().window());
    this.epochs = new Epochs(era.firstTerm(), era.firstLeader());
    this.entering = entering;
    restore(decided, records);
    this.role = new Looking(this, null);
  }

  /// Folds the records, whatever prefix of them survived, onto the decided point.
  private void restore(Point decided, List<JournalRecord> records) {
    var tail = new TailOfRecords();
    for (var record : records) {
      switch ((ZabRecord) record) {
        case ZabRecord.Promised promised -> epochs.restore(promised);
        case ZabRecord.History(long from, var entries) -> tail.replace(from, entries);
        case ZabRecord.Truncated(long last) -> tail.truncate(last);
      }
    }
    tail.behind(decided).forEach(history::append);
    tailDropped = tail.isAnother(decided);
    epochs.atLeast(history.last().mark());
  }

  @Override
  public void step(long now, List<Input> inputs, Effects out) {
    this.now = now;
    if (fresh) {
      fresh = false;
      start(out);
    }
    for (var input : inputs) {
      handle(input, out);
      settle(out);
    }
    if (!ended()) {
      role.tick(out);
      settle(out);
      role.flush(out);
    }
    announce(out);
  }

  private void start(Effects out) {
    if (tailDropped) {
      // Else the next life would take what is appended now for a part of the dropped tail.
      out.journal(new ZabRecord.History(history.decided() + 1, List.of()));
    }
    epochs.save(out);
    var first = era.firstLeader();
    if (!entering || first == null) {
      look(null, out);
    } else if (first.equals(self.id())) {
      var leading = new Leading(this);
      role = leading;
      leading.beginEra(out);
    } else {
      role = new Following(this, first, out);
    }
  }

  private void handle(Input input, Effects out) {
    switch (input) {
      case Input.Received(var from, var message) -> {
        if (!ended() && era.isMember(from)) {
          received(from, (ZabMessage) message, out);
        }
      }
      case Input.Propose(var payload) -> {
        if (role instanceof Leading leading) {
          leading.propose(payload, out);
        } else {
          out.refused(payload, Refusal.NOT_LEADER);
        }
      }
      case Input.ReadBarrier(var id) -> {
        if (role instanceof Leading leading) {
          leading.ask(id, out);
        } else {
          out.readLost(id);
        }
      }
      case Input.CaughtUp(var decided) -> caughtUp(decided, out);
      case Input.Transfer(var to) -> {
        if (role instanceof Leading leading) {
          leading.transfer(to);
        }
      }
      case Input.Suspect(var peer, var suspicion) -> suspect(peer, suspicion);
    }
  }

  private void received(ReplicaId from, ZabMessage message, Effects out) {
    switch (message) {
      case Notification notification -> notified(from, notification, out);
      case ZabMessage.FromLeader said -> {
        if (role instanceof Following following) {
          following.heard(from, said, out);
        }
      }
      case ZabMessage.CEpoch(var link, var accepted) -> {
        if (role instanceof Leading leading && !from.equals(self.id())) {
          leading.followed(from, link, accepted, out);
        }
      }
      case ZabMessage.AckEpoch answer -> {
        if (role instanceof Leading leading) {
          leading.ackedEpoch(from, answer, out);
        }
      }
      case ZabMessage.AckLeader answer -> {
        if (role instanceof Leading leading) {
          leading.ackedLeader(from, answer, out);
        }
      }
      case ZabMessage.Ack answer -> {
        if (role instanceof Leading leading) {
          leading.acked(from, answer, out);
        }
      }
      case ZabMessage.Pong answer -> {
        if (role instanceof Leading leading) {
          leading.answered(from, answer, out);
        }
      }
    }
  }

  /// Somebody tells where it stands in the election.
  void notified(ReplicaId from, Notification notification, Effects out) {
    if (!from.equals(self.id())) {
      role.notified(from, notification, out);
    }
  }

  private void suspect(ReplicaId peer, Input.Suspicion suspicion) {
    boolean withdrawn = suspicion == Input.Suspicion.WITHDRAWN;
    switch (role) {
      case Following following -> {
        if (withdrawn) {
          following.trust(peer);
        } else {
          following.suspect(peer);
        }
      }
      case Looking looking -> {
        if (!withdrawn) {
          looking.lost(peer);
        }
      }
      case Leading leading -> {}
    }
  }

  /// The history up to a decided point is replaced, and both epochs are raised to its own: that
  /// entry stands behind the whole initial history of its epoch. What follows the point stays if
  /// the history holds the very point; else it is another history, which nobody has decided.
  ///
  /// A leader whose epoch a quorum has accepted holds all that older epochs have decided (Z9). So
  /// what it lacks was decided in a later one: if its own epoch is established, as an entry of that
  /// later one; else it may be an older entry, which that epoch's leader had.
  private void caughtUp(Point point, Effects out) {
    boolean deposed = point.mark() > epochs.accepted();
    epochs.atLeast(point.mark());
    epochs.save(out);
    boolean kept = history.matches(point) || point.index() <= history.decided();
    require(
        kept || deposed || !(role instanceof Leading leading && leading.isEstablished()),
        "a leader lacks %s, which is decided",
        point);
    if (deposed || (!kept && !(role instanceof Following))) {
      look(null, out);
    }
    if (!kept) {
      replaceUpTo(point, out);
    } else if (point.index() > history.decided()) {
      history.decideUpTo(point.index());
    }
    if (role instanceof Following following) {
      following.caughtUp(kept, out);
    }
  }

  private void replaceUpTo(Point point, Effects out) {
    boolean dropped = history.lastIndex() > history.decided();
    history.resetTo(point);
    if (dropped) {
      out.journal(new ZabRecord.History(point.index() + 1, List.of()));
    }
  }

  // What roles ask for

  long now() {
    return now;
  }

  long round() {
    return round;
  }

  void round(long next) {
    round = next;
  }

  boolean isVoter() {
    return era.voters().contains(self.id());
  }

  Link nextLink() {
    links++;
    return new Link(self.incarnation(), links);
  }

  Notification notification(State state, ReplicaId leader) {
    return new Notification(state, round, epochs.current(), history.last(), null, true, leader);
  }

  /// Goes to the election.
  ///
  /// @param preferred who shall win it among equals; null: anyone
  void look(@Nullable ReplicaId preferred, Effects out) {
    if (role instanceof Leading leading) {
      leading.end(out);
    }
    var looking = new Looking(this, preferred);
    role = looking;
    looking.begin();
  }

  void follow(ReplicaId leader, long inRound, Effects out) {
    round = inRound;
    role = new Following(this, leader, out);
  }

  void lead(Effects out) {
    var leading = new Leading(this);
    role = leading;
    leading.begin(out);
  }

  /// Drops what follows a point that the history holds.
  void truncate(Point to, Effects out) {
    history.truncateFrom(to.index() + 1);
    out.journal(new ZabRecord.Truncated(to.index()));
  }

  /// Emits what became decided.
  void decideUpTo(long index, Effects out) {
    if (index > history.decided()) {
      var newly = history.decideUpTo(index);
      if (!newly.isEmpty()) {
        out.decided(newly);
      }
    }
  }

  /// Whether the era's last entry is decided: nothing more will be.
  private boolean ended() {
    return history.decided() >= history.stopSign();
  }

  private void settle(Effects out) {
    if (ended() && role instanceof Leading leading) {
      leading.tellAllCommitted(out);
      look(null, out);
    }
  }

  private void announce(Effects out) {
    var present = leadership();
    if (!present.equals(announced)) {
      announced = present;
      out.leadership(present);
    }
  }

  private Leadership leadership() {
    return new Leadership(role.establishedLeader(), epochs.current());
  }

  @Override
  public long nextDeadline() {
    if (fresh) {
      return Long.MIN_VALUE;
    }
    return ended() ? Long.MAX_VALUE : role.nextDeadline();
  }

  @Override
  public List<JournalRecord> checkpoint() {
    var records = new ArrayList<JournalRecord>();
    records.add(epochs.record());
    long from = history.decided() + 1;
    if (from <= history.lastIndex()) {
      records.add(new ZabRecord.History(from, history.range(from, history.lastIndex())));
    }
    return records;
  }

  @Override
  public Status status() {
    var word =
        switch (role) {
          case Looking looking -> "looking";
          case Following following -> isVoter() ? "following" : "observing";
          case Leading leading -> "leading";
        };
    return new Status(
        word,
        role.phase().word,
        leadership(),
        history.decided(),
        history.lastIndex(),
        role instanceof Leading leading ? leading.peers() : List.of());
  }
}
