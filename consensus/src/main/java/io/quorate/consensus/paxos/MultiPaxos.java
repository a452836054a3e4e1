package io.quorate.consensus.paxos;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Consensus;
import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
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
import io.quorate.consensus.wire.Codec;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One member of a Multi-Paxos group: acceptor and learner always, proposer when it must be.
///
/// This class holds what the roles share, and passes inputs to the role that they concern. A member
/// counts itself only by its own messages, which come back to it once they are durable, so a lone
/// voter and a group of five run the same code.
public final class MultiPaxos implements Consensus {
  public static final Protocol PROTOCOL =
      new Protocol() {
        @Override
        public String name() {
          return "paxos";
        }

        @Override
        public void requirePossible(Era era) {
          Quorum.of(era);
          if (era.options().leaseMillis() != 0) {
            throw new IllegalArgumentException(
                "era %s of Multi-Paxos has leader leases of %s ms: Multi-Paxos answers reads by a ballot check or a quorum read, choose an era without leases"
                    .formatted(era.number(), era.options().leaseMillis()));
          }
        }

        @Override
        public Consensus enter(Era era, Self self) {
          return new MultiPaxos(
              era, self, era.base(), List.of(), self.id().equals(era.firstLeader()));
        }

        @Override
        public Consensus restore(Era era, Self self, Point decided, List<JournalRecord> records) {
          return new MultiPaxos(era, self, decided.index(), records, false);
        }

        @Override
        public Codec<Message> messages() {
          return PaxosMessage.CODEC;
        }

        @Override
        public Codec<JournalRecord> records() {
          return PaxosRecord.CODEC;
        }
      };

  final Era era;
  final Self self;
  final Quorum quorum;
  final List<ReplicaId> others;
  final SlotLog log;
  final Acceptor acceptor;
  final Learner learner;
  final Bidding bidding;
  private final QuorumReads quorumReads;

  private Role role = new Role.Follower(null);
  private Leadership announced = Leadership.NONE;

  /// Whether the era names this member to lead without a bid.
  private boolean namedFirst;

  private boolean started;

  private MultiPaxos(
      Era era, Self self, long decided, List<JournalRecord> records, boolean namedFirst) {
    PROTOCOL.requirePossible(era);
    this.era = era;
    this.self = self;
    this.quorum = Quorum.of(era);
    this.others = era.members().stream().filter(id -> !id.equals(self.id())).toList();
    this.log = new SlotLog(decided, self.limits().window());
    this.acceptor = new Acceptor(this, Records.fold(records, firstBallot(), log));
    this.learner = new Learner(this);
    this.bidding = new Bidding(this);
    this.quorumReads = new QuorumReads(this);
    this.namedFirst = namedFirst;
  }

  /// All members begin an era as though they had promised its first leader's first ballot.
  private Ballot firstBallot() {
    var first = era.firstLeader();
    return Ballot.atLeast(era.firstTerm(), first == null ? 0 : place(first));
  }

  @Override
  public void step(long now, List<Input> inputs, Effects out) {
    bidding.wake(now);
    if (!started) {
      started = true;
      advance(out);
      if (namedFirst) {
        lead(now, new TreeMap<>(), out);
      }
    }
    if (role instanceof Leading leading) {
      leading.at(now);
    }
    for (var input : inputs) {
      handle(now, input, out);
      settle(now, out);
    }
    tick(now, out);
    settle(now, out);
    if (role instanceof Leading leading) {
      leading.flush(out);
    }
    quorumReads.flush(now, out);
    announce(out);
  }

  private void tick(long now, Effects out) {
    quorumReads.tick(now, out);
    switch (role) {
      case Leading leading -> leading.tick(out);
      case Preparing preparing when preparing.isCatchingUp() -> {}
      case Preparing preparing -> {
        preparing.tick(now, out);
        bidding.tick(now, out);
      }
      case Role.Asking asking -> bidding.tick(now, out);
      case Role.Follower follower -> bidding.tick(now, out);
    }
  }

  private void handle(long now, Input input, Effects out) {
    switch (input) {
      case Input.Received(var from, var message) ->
          received(now, from, (PaxosMessage) message, out);
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
        } else if (era.options().leaderlessReads() && !log.ended()) {
          quorumReads.ask(id);
        } else {
          out.readLost(id);
        }
      }
      case Input.CaughtUp(var decided) -> caughtUp(now, decided.index(), out);
      case Input.Transfer(var to) -> {
        if (role instanceof Leading leading) {
          leading.transfer(to, out);
        }
      }
      case Input.Suspect(var peer, var suspicion) -> bidding.suspect(now, peer, suspicion);
    }
  }

  /// A leader who is told of decisions that it does not know is leader no more, or would call what
  /// it proposed there itself chosen (P6): see [Leading#contradicts].
  private void caughtUp(long now, long point, Effects out) {
    if (role instanceof Leading && point > log.decided()) {
      stepDown(now, out);
    }
    learner.caughtUp(point, out);
    if (role instanceof Preparing preparing) {
      preparing.leadIfPrepared(now, out);
    }
  }

  private void received(long now, ReplicaId from, PaxosMessage message, Effects out) {
    if (!from.equals(self.id()) && !others.contains(from)) {
      return;
    }
    switch (message) {
      case PaxosMessage.AskSilent ask -> bidding.asked(now, from, ask, out);
      case PaxosMessage.SilentAnswer answer -> bidding.answered(now, from, answer, out);
      case PaxosMessage.Prepare prepare -> {
        if (isVoter() && prepare.ballot().place() == place(from)) {
          acceptor.prepare(now, from, prepare, out);
        }
      }
      case PaxosMessage.Promise promise -> {
        if (role instanceof Preparing preparing) {
          preparing.promised(now, from, promise, out);
        }
      }
      case PaxosMessage.Outdated(var promised) -> outdated(now, promised, out);
      case PaxosMessage.OfLeader ofLeader -> receivedOfLeader(now, from, ofLeader, out);
      case PaxosMessage.Accepted answer -> {
        if (role instanceof Leading leading && answer.ballot().equals(leading.ballot())) {
          leading.accepted(from, answer, out);
        }
      }
      case PaxosMessage.Checked answer -> {
        if (role instanceof Leading leading && answer.ballot().equals(leading.ballot())) {
          leading.checked(from, answer, out);
        }
      }
      case PaxosMessage.Learn learn -> learner.learn(from, learn, out);
      case PaxosMessage.Learnt(var entries) -> learnt(now, from, entries, out);
      case PaxosMessage.Behind(long decided) -> learner.behind(from, decided, out);
      case PaxosMessage.AskAccepted(var question) -> quorumReads.asked(from, question, out);
      case PaxosMessage.HighestAccepted answer -> quorumReads.answered(from, answer, out);
      case PaxosMessage.Fill(long upTo) -> {
        if (role instanceof Leading leading) {
          leading.fill(upTo);
        }
      }
    }
  }

  /// What only a leader says: whoever has promised a higher ballot tells it, all others follow.
  private void receivedOfLeader(
      long now, ReplicaId from, PaxosMessage.OfLeader message, Effects out) {
    var ballot = message.ballot();
    if (ballot.place() != place(from)) {
      return;
    }
    if (ballot.isBelow(promised())) {
      out.send(from, new PaxosMessage.Outdated(promised()));
      return;
    }
    if (promised().isBelow(ballot)) {
      follow(now, from, out);
      acceptor.promise(ballot, out);
    } else if (!from.equals(leader())) {
      require(
          !(role instanceof Preparing || role instanceof Leading),
          "%s leads with ballot %s, which is held here",
          from,
          ballot);
      follow(now, from, out);
    }
    bidding.heardLeader(now, from);
    switch (message) {
      case PaxosMessage.Accept accept -> {
        if (isVoter()) {
          acceptor.accept(from, accept, out);
        }
        learner.commit(now, from, ballot, accept.chosenUpTo(), out);
      }
      case PaxosMessage.Commit commit -> learner.commit(now, from, ballot, commit.upTo(), out);
      case PaxosMessage.Check check -> {
        learner.commit(now, from, ballot, check.chosenUpTo(), out);
        out.send(from, new PaxosMessage.Checked(ballot, check.round(), log.decided()));
      }
      case PaxosMessage.TakeOver takeOver -> bidding.takeOver(now, out);
    }
  }

  private void learnt(long now, ReplicaId from, List<Entry> entries, Effects out) {
    if (role instanceof Leading leading && leading.contradicts(entries)) {
      stepDown(now, out);
    }
    learner.learnt(now, from, entries, out);
    if (role instanceof Preparing preparing) {
      preparing.leadIfPrepared(now, out);
    }
  }

  /// Somebody has promised a higher ballot than this member leads or bids with.
  private void outdated(long now, Ballot higher, Effects out) {
    bidding.seen(higher);
    if (promised().isBelow(higher)) {
      if (role instanceof Leading) {
        stepDown(now, out);
      } else if (role instanceof Preparing) {
        follow(now, null, out);
      }
    }
  }

  /// Leads no more, though a quorum answers: whoever leads now will be heard, else ask soon.
  private void stepDown(long now, Effects out) {
    follow(now, null, out);
    bidding.askSoon(now);
  }

  Ballot promised() {
    return acceptor.promised();
  }

  Role role() {
    return role;
  }

  void role(Role next) {
    role = next;
  }

  boolean isVoter() {
    return era.voters().contains(self.id());
  }

  /// Of a member among the voters, from 1; 0 for a learner, which owns no ballot.
  int place(ReplicaId member) {
    return era.voters().indexOf(member) + 1;
  }

  @Nullable ReplicaId leader() {
    return switch (role) {
      case Role.Follower(var leader) -> leader;
      case Leading leading -> self.id();
      default -> null;
    };
  }

  /// Leaves proposing to another, or to nobody yet.
  void follow(long now, @Nullable ReplicaId leader, Effects out) {
    if (role instanceof Leading leading) {
      leading.end(out);
    }
    role = new Role.Follower(leader);
    if (leader == null) {
      bidding.restartTimer(now);
    }
  }

  /// Phase 1 is over: what it found chosen is learnt, and what it found accepted proposed again.
  void lead(long now, NavigableMap<Long, Proposal> promised, Effects out) {
    var chosen =
        promised.values().stream().filter(Proposal::isChosen).map(Proposal::entry).toList();
    learner.learn(chosen, out);
    advance(out);
    if (!log.ended()) {
      var leading = new Leading(this, now);
      role = leading;
      leading.begin(promised);
    }
  }

  /// Emits what became decided.
  void advance(Effects out) {
    var newly = log.advance();
    if (!newly.isEmpty()) {
      out.decided(newly);
    }
    quorumReads.decided(out);
  }

  private void settle(long now, Effects out) {
    if (log.ended() && !(role instanceof Role.Follower)) {
      follow(now, null, out);
    }
  }

  private void announce(Effects out) {
    var present = new Leadership(leader(), promised().number());
    if (!present.equals(announced)) {
      announced = present;
      out.leadership(present);
    }
  }

  @Override
  public long nextDeadline() {
    long deadline =
        switch (role) {
          case Leading leading -> leading.nextDeadline();
          case Preparing preparing when preparing.isCatchingUp() -> Long.MAX_VALUE;
          case Preparing preparing -> Math.min(preparing.nextDeadline(), bidding.nextDeadline());
          default -> bidding.nextDeadline();
        };
    return Math.min(deadline, quorumReads.nextDeadline());
  }

  @Override
  public List<JournalRecord> checkpoint() {
    return Records.of(promised(), log);
  }

  @Override
  public Status status() {
    var held = "ballot " + promised();
    return switch (role) {
      case Leading leading -> status("leader", leading.phase(), leading.peers());
      case Preparing preparing ->
          status(
              "proposer",
              (preparing.isCatchingUp() ? "catching up for " : "phase 1 of ") + held,
              List.of());
      case Role.Asking asking ->
          status("acceptor", "asking whom to follow after " + held, List.of());
      case Role.Follower follower -> status(isVoter() ? "acceptor" : "learner", held, List.of());
    };
  }

  private Status status(String name, String phase, List<Status.Peer> peers) {
    var leadership = new Leadership(leader(), promised().number());
    return new Status(name, phase, leadership, log.decided(), log.last(), peers);
  }
}
