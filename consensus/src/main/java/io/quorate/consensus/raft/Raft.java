package io.quorate.consensus.raft;

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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One member of a Raft group.
///
/// This class holds what every member has (thesis figure 3.1: term, vote, log, decided index), and
/// passes inputs to the part that they concern. A member counts itself only by its own messages,
/// which come back to it once they are durable, so a lone voter and a group of five run the same
/// code.
public final class Raft implements Consensus {
  public static final Protocol PROTOCOL =
      new Protocol() {
        @Override
        public String name() {
          return "raft";
        }

        @Override
        public void requirePossible(Era era) {
          Quorum.of(era);
          if (era.options().leaderlessReads()) {
            throw new IllegalArgumentException(
                "era %s of Raft has reads without a leader: only Raft's leader knows what is decided, choose Multi-Paxos for them"
                    .formatted(era.number()));
          }
        }

        @Override
        public Consensus enter(Era era, Self self) {
          return new Raft(era, self, new Point(era.base(), 0), List.of());
        }

        @Override
        public Consensus restore(Era era, Self self, Point decided, List<JournalRecord> records) {
          return new Raft(era, self, decided, records);
        }

        @Override
        public Codec<Message> messages() {
          return RaftMessage.CODEC;
        }

        @Override
        public Codec<JournalRecord> records() {
          return RaftRecord.CODEC;
        }
      };

  final Era era;
  final Self self;
  final Quorum quorum;
  final List<ReplicaId> others;
  final MarkedLog log;
  private final Voting voting;
  private final Following following;

  private long term;
  private @Nullable ReplicaId vote;

  /// Whether term and vote differ from the newest record of them.
  private boolean hardChanged;

  /// Whether the records hold a tail of another history than this life's, and do not say so yet.
  private boolean tailDropped;

  private Role role = new Role.Follower(null);
  private Leadership announced = Leadership.NONE;

  private Raft(Era era, Self self, Point decided, List<JournalRecord> records) {
    PROTOCOL.requirePossible(era);
    this.era = era;
    this.self = self;
    this.quorum = Quorum.of(era);
    this.others = era.members().stream().filter(id -> !id.equals(self.id())).toList();
    this.log = new MarkedLog(decided, self.limits().window());
    this.voting = new Voting(this);
    this.following = new Following(this);
    restore(decided, records);
  }

  /// Folds the records, whatever prefix of them survived, onto the decided point.
  private void restore(Point decided, List<JournalRecord> records) {
    term = era.firstTerm();
    vote = era.firstLeader();
    var tail = new TailOfRecords();
    for (var record : records) {
      switch ((RaftRecord) record) {
        case RaftRecord.Hard(long t, @Nullable ReplicaId v) -> {
          term = t;
          vote = v;
        }
        case RaftRecord.Log(long from, var entries) -> tail.replace(from, entries);
      }
    }
    tail.behind(decided).forEach(log::append);
    tailDropped = tail.isAnother(decided);
    if (log.last().mark() > term) {
      // A jump by catch-up was durable, the term that goes with it not yet.
      setTerm(log.last().mark(), null);
    }
  }

  @Override
  public void step(long now, List<Input> inputs, Effects out) {
    if (tailDropped) {
      // Else the next life would take what is appended now for a part of the dropped tail.
      tailDropped = false;
      out.journal(new RaftRecord.Log(log.decided() + 1, List.of()));
    }
    voting.wake(now);
    if (role instanceof Leading leading) {
      leading.at(now);
    }
    for (var input : inputs) {
      handle(now, input, out);
      settle(now, out);
    }
    if (role instanceof Leading leading) {
      leading.tick(out);
    } else {
      voting.tick(now, out);
    }
    settle(now, out);
    if (role instanceof Leading leading) {
      leading.flush(out);
    }
    announce(out);
  }

  private void handle(long now, Input input, Effects out) {
    switch (input) {
      case Input.Received(var from, var message) -> received(now, from, (RaftMessage) message, out);
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
      case Input.CaughtUp(var decided) -> following.caughtUp(now, decided, out);
      case Input.Transfer(var to) -> {
        if (role instanceof Leading leading) {
          leading.transfer(to);
        }
      }
      case Input.Suspect(var peer, var suspicion) -> voting.suspect(now, peer, suspicion);
    }
  }

  private void received(long now, ReplicaId from, RaftMessage message, Effects out) {
    if (!from.equals(self.id()) && !others.contains(from)) {
      return;
    }
    if (message instanceof RaftMessage.AskPreVote ask) {
      voting.askedPreVote(now, from, ask, out);
    } else if (message instanceof RaftMessage.AskVote ask) {
      voting.askedVote(now, from, ask, out);
    } else {
      receivedInTerm(now, from, message, out);
    }
  }

  private void receivedInTerm(long now, ReplicaId from, RaftMessage message, Effects out) {
    if (message.term() > term) {
      follow(now, message.term(), null, out);
      journalHard(out);
    }
    if (message instanceof RaftMessage.PreVoteAnswer answer) {
      // Its attempt tells whether it is fresh; a member of a lower term may well agree.
      voting.preVoteAnswered(now, from, answer, out);
      return;
    }
    if (message.term() < term) {
      if (fromLeader(message)) {
        out.send(from, new RaftMessage.Outdated(term));
      }
      return;
    }
    switch (message) {
      case RaftMessage.VoteAnswer answer -> voting.voteAnswered(now, from, answer, out);
      case RaftMessage.Outdated outdated -> {}
      case RaftMessage.Append append -> following.append(now, from, append, out);
      case RaftMessage.Decide decide -> following.decide(now, from, decide, out);
      case RaftMessage.Behind behind -> following.behind(now, from, behind, out);
      case RaftMessage.Confirm confirm -> following.confirm(now, from, confirm, out);
      case RaftMessage.TimeoutNow timeout -> voting.timeoutNow(now, from, out);
      case RaftMessage.Appended answer -> {
        if (role instanceof Leading leading) {
          leading.appended(from, answer, out);
        }
      }
      case RaftMessage.Conflict answer -> {
        if (role instanceof Leading leading) {
          leading.conflict(from, answer, out);
        }
      }
      case RaftMessage.Position answer -> {
        if (role instanceof Leading leading) {
          leading.position(from, answer, out);
        }
      }
      case RaftMessage.Confirmed answer -> {
        if (role instanceof Leading leading) {
          leading.confirmed(from, answer.round(), out);
        }
      }
      default -> throw new AssertionError(message);
    }
  }

  private static boolean fromLeader(RaftMessage message) {
    return message instanceof RaftMessage.Append
        || message instanceof RaftMessage.Behind
        || message instanceof RaftMessage.Confirm
        || message instanceof RaftMessage.Decide;
  }

  long term() {
    return term;
  }

  @Nullable ReplicaId vote() {
    return vote;
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

  @Nullable ReplicaId leader() {
    return switch (role) {
      case Role.Follower(var leader) -> leader;
      case Leading leading -> self.id();
      default -> null;
    };
  }

  /// Whether the era's last entry is decided: nothing more will be.
  boolean ended() {
    return log.decided() >= log.stopSign();
  }

  /// Takes a term and the vote in it. They are journaled, as one record, before anything that
  /// speaks of them is sent.
  void setTerm(long newTerm, @Nullable ReplicaId newVote) {
    require(newTerm >= term, "term from %d back to %d", term, newTerm);
    require(
        newTerm > term || vote == null || vote.equals(newVote),
        "a second vote in term %d: %s after %s",
        term,
        newVote,
        vote);
    hardChanged |= newTerm != term || (newVote != null && !newVote.equals(vote));
    term = newTerm;
    vote = newVote;
  }

  void journalHard(Effects out) {
    if (hardChanged) {
      hardChanged = false;
      out.journal(new RaftRecord.Hard(term, vote));
    }
  }

  /// Becomes a follower of a leader, or of nobody yet, in a term that is not lower than the present
  /// one.
  void follow(long now, long newTerm, @Nullable ReplicaId leader, Effects out) {
    if (role instanceof Leading leading) {
      leading.end(out);
    }
    if (newTerm > term) {
      setTerm(newTerm, null);
      following.newTerm();
    }
    role = new Role.Follower(leader);
    if (leader == null) {
      voting.restartTimer(now);
    }
  }

  void heardLeader(long now, ReplicaId leader) {
    voting.heardLeader(now, leader);
  }

  void lead(long now) {
    var leading = new Leading(this, now);
    role = leading;
    leading.begin();
  }

  /// Emits what became decided.
  void decideUpTo(long index, Effects out) {
    var newly = log.decideUpTo(index);
    if (!newly.isEmpty()) {
      out.decided(newly);
    }
  }

  private void settle(long now, Effects out) {
    journalHard(out);
    if (ended() && role instanceof Leading) {
      follow(now, term, null, out);
    }
  }

  private void announce(Effects out) {
    var present = new Leadership(leader(), term);
    if (!present.equals(announced)) {
      announced = present;
      out.leadership(present);
    }
  }

  @Override
  public long nextDeadline() {
    return role instanceof Leading leading ? leading.nextDeadline() : voting.nextDeadline();
  }

  @Override
  public List<JournalRecord> checkpoint() {
    var records = new ArrayList<JournalRecord>();
    records.add(new RaftRecord.Hard(term, vote));
    long from = log.decided() + 1;
    if (from <= log.lastIndex()) {
      records.add(new RaftRecord.Log(from, log.range(from, log.lastIndex())));
    }
    return records;
  }

  @Override
  public Status status() {
    var leadership = new Leadership(leader(), term);
    return switch (role) {
      case Role.Follower f -> status(isVoter() ? "follower" : "learner", leadership);
      case Role.PreCandidate p -> status("pre-candidate", leadership);
      case Role.Candidate c -> status("candidate", leadership);
      case Leading leading ->
          new Status(
              "leader",
              leading.phase(),
              leadership,
              log.decided(),
              log.lastIndex(),
              leading.peers());
    };
  }

  private Status status(String name, Leadership leadership) {
    return new Status(name, "", leadership, log.decided(), log.lastIndex(), List.of());
  }
}
