package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.Input;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.consensus.raft.RaftRecord;
import io.quorate.simulation.consensus.Leaderships;
import io.quorate.simulation.consensus.Member;
import io.quorate.simulation.consensus.Members;
import io.quorate.simulation.watch.Emission;
import io.quorate.simulation.watch.Moments;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Votes and leaders: R1 to R3, R10, R14 and R16, and of R12 that voters stay with whom they heard.
final class RaftElections {
  /// Nanoseconds by which a simulated clock may be off.
  private static final long CLOCK_ERROR = 1_000;

  /// Questions of one candidate in several terms may come in one step.
  private record Candidacy(ReplicaId candidate, long term) {}

  /// A term in which a member votes.
  private record Ballot(long voter, long term) {}

  private static final class Voter {
    /// Where the logs of candidates end.
    final Map<Candidacy, Point> candidates = new LinkedHashMap<>();

    /// Candidates whom a leader told to take over.
    final Set<Candidacy> handedTo = new LinkedHashSet<>();

    /// Who told this one to take over, by the term of that leader.
    final Map<Long, ReplicaId> handedOver = new TreeMap<>();

    /// Who granted it a pre-vote, by attempt.
    final Map<Long, Set<ReplicaId>> preVotes = new TreeMap<>();

    /// The last term in which it asked for votes.
    long asksVotesIn;

    /// The true time at which it last heard a leader.
    long heard = Long.MIN_VALUE;
  }

  private final Members<RaftFold> members;
  private final Leaderships<RaftFold> leaderships;
  private final Moments moments;
  private final Map<Long, Voter> voters = new TreeMap<>();
  private final Map<Ballot, ReplicaId> grants = new LinkedHashMap<>();

  RaftElections(Members<RaftFold> members, Leaderships<RaftFold> leaderships, Moments moments) {
    this.members = members;
    this.leaderships = leaderships;
    this.moments = moments;
  }

  private Voter of(Member<RaftFold> member) {
    return voters.computeIfAbsent(member.node(), node -> new Voter());
  }

  void took(Member<RaftFold> member, Input input) {
    var voter = of(member);
    switch (input) {
      case Input.Transfer transfer -> moments.saw("leadership transfer");
      case Input.Received(var from, RaftMessage.TimeoutNow order) ->
          voter.handedOver.put(order.term(), from);
      case Input.Received(var from, RaftMessage.AskVote ask) -> {
        voter.candidates.put(new Candidacy(from, ask.term()), ask.last());
        if (ask.transfer()) {
          voter.handedTo.add(new Candidacy(from, ask.term()));
        }
      }
      case Input.Received(var from, RaftMessage.VoteAnswer answer)
          when from.node() == member.node() && answer.granted() ->
          granted(member, from, answer.term());
      case Input.Received(var from, RaftMessage.PreVoteAnswer answer) when answer.granted() ->
          voter.preVotes.computeIfAbsent(answer.attempt(), attempt -> new TreeSet<>()).add(from);
      default -> {}
    }
  }

  /// R12, what it rests on: a voter that heard its leader elects nobody within the lease time, by
  /// the fastest clock that the era allows, unless a leader hands over.
  void staysWhileLeased(Member<RaftFold> member, List<Emission> emissions) {
    var options = members.era().options();
    var voter = of(member);
    if (!members.hasLeases() || voter.heard == Long.MIN_VALUE) {
      return;
    }
    double stays = options.leaseMillis() * 1e6 / (1 + options.leaseDriftPpm() / 1e6);
    for (var emission : emissions) {
      if (emission instanceof Emission.SentDurably(var to, RaftMessage.VoteAnswer answer)
          && answer.granted()) {
        boolean handedOver =
            to.node() == member.node()
                ? voter.handedOver.containsKey(answer.term() - 1)
                : voter.handedTo.contains(new Candidacy(to, answer.term()));
        check(
            handedOver || member.time() - voter.heard >= stays - CLOCK_ERROR,
            "R12",
            "node %x votes for %s %d ns after it heard its leader",
            member.node(),
            to,
            member.time() - voter.heard);
      }
    }
  }

  /// A step is over: it may have been one in which the member heard the leader of its term.
  void stepped(Member<RaftFold> member, List<Input> inputs, long term) {
    if (inputs.stream().anyMatch(input -> isOfLeader(input, term))) {
      of(member).heard = member.time();
    }
  }

  private static boolean isOfLeader(Input input, long term) {
    return input instanceof Input.Received(var from, RaftMessage message)
        && message.term() == term
        && (message instanceof RaftMessage.Append
            || message instanceof RaftMessage.Decide
            || message instanceof RaftMessage.Behind
            || message instanceof RaftMessage.Confirm);
  }

  /// R2, R3: in what a member journals, terms never fall, and a term has one vote.
  void journaled(Member<RaftFold> member, RaftRecord.Hard record) {
    var before = member.memory();
    check(
        record.term() >= before.term,
        "R3",
        "node %x: term %d after %d",
        member.node(),
        record.term(),
        before.term);
    check(
        record.term() > before.term || before.vote == null || before.vote.equals(record.vote()),
        "R2",
        "node %x votes for %s and %s in term %d",
        member.node(),
        before.vote,
        record.vote(),
        record.term());
  }

  /// What a member says as a voter or a candidate.
  void said(Member<RaftFold> member, ReplicaId to, RaftMessage message) {
    check(
        members.era().isMember(to),
        "R14",
        "node %x tells %s, no member, %s",
        member.node(),
        to,
        message);
    check(
        members.isVoter(member) || !hasVoice(message),
        "R14",
        "node %x, a learner, says %s",
        member.node(),
        message);
    switch (message) {
      case RaftMessage.VoteAnswer answer when answer.granted() ->
          isUpToDate(member, to, answer.term());
      case RaftMessage.AskVote ask when ask.transfer() -> takesOver(member, ask.term());
      case RaftMessage.AskVote ask -> asksVotes(member, ask.term());
      default -> {}
    }
  }

  /// Whether only a voter may say it.
  private static boolean hasVoice(RaftMessage message) {
    return switch (message) {
      case RaftMessage.AskPreVote ask -> true;
      case RaftMessage.AskVote ask -> true;
      case RaftMessage.PreVoteAnswer answer -> answer.granted();
      case RaftMessage.VoteAnswer answer -> answer.granted();
      default -> false;
    };
  }

  /// R10: a vote goes to a log that is at least as up to date as the voter's own.
  private void isUpToDate(Member<RaftFold> member, ReplicaId candidate, long term) {
    var last = of(member).candidates.get(new Candidacy(candidate, term));
    if (last != null && candidate.node() != member.node()) {
      var mine = member.memory().last();
      boolean upToDate =
          last.mark() != mine.mark() ? last.mark() > mine.mark() : last.index() >= mine.index();
      check(
          upToDate,
          "R10",
          "node %x, at %s, grants its vote to one at %s",
          member.node(),
          mine,
          last);
    }
  }

  /// R16: who takes over was told so by the leader of the term that it leaves.
  private void takesOver(Member<RaftFold> member, long term) {
    var from = of(member).handedOver.get(term - 1);
    check(
        from != null && Long.valueOf(from.node()).equals(leaderships.leaderOf(term - 1)),
        "R16",
        "node %x takes over in term %d, and %s told it to",
        member.node(),
        term,
        from);
    moments.saw("takes over when told to");
  }

  /// R16: who asks for votes without being told to was promised them by a quorum.
  private void asksVotes(Member<RaftFold> member, long term) {
    var voter = of(member);
    if (term == voter.asksVotesIn) {
      return;
    }
    voter.asksVotesIn = term;
    check(
        voter.preVotes.values().stream()
            .anyMatch(granted ->
                members.quorum().elects(id -> id.node() == member.node() || granted.contains(id))),
        "R16",
        "node %x asks for votes in term %d, and has of pre-votes %s",
        member.node(),
        term,
        voter.preVotes);
    voter.preVotes.clear();
  }

  /// R2: a vote that has left, or is counted by the voter itself, is the only one of its term, over
  /// all lives.
  void granted(Member<RaftFold> member, ReplicaId to, long term) {
    var before = grants.putIfAbsent(new Ballot(member.node(), term), to);
    check(
        before == null || before.equals(to),
        "R2",
        "node %x grants term %d to %s and %s",
        member.node(),
        term,
        before,
        to);
  }

  /// R1: a quorum voted for who leads.
  void leads(Member<RaftFold> member, long term) {
    check(
        members.quorum().elects(id -> isGranted(id, member, term)),
        "R1",
        "node %x leads term %d, and no quorum has voted for it",
        member.node(),
        term);
  }

  private boolean isGranted(ReplicaId voter, Member<RaftFold> candidate, long term) {
    var to = grants.get(new Ballot(voter.node(), term));
    return to != null && to.node() == candidate.node();
  }

  /// R16: a pre-vote changes nothing.
  static void onlyPreVotesChangeNothing(
      Member<RaftFold> member, List<Input> inputs, List<Emission> emissions) {
    boolean only =
        !inputs.isEmpty()
            && inputs.stream()
                .allMatch(
                    input -> input instanceof Input.Received(var from, RaftMessage.AskPreVote ask));
    check(
        !only || emissions.stream().noneMatch(RaftElections::votes),
        "R16",
        "node %x journals a vote because of a pre-vote",
        member.node());
  }

  private static boolean votes(Emission emission) {
    return emission instanceof Emission.SentDurably(var to, RaftMessage.VoteAnswer answer)
        && answer.granted();
  }

  void crashed(Member<RaftFold> member) {
    var voter = of(member);
    voter.handedOver.clear();
    voter.preVotes.clear();
  }
}
