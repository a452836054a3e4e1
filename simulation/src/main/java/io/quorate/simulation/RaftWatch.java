package io.quorate.simulation;

import static io.quorate.simulation.ViolationException.check;

import io.quorate.consensus.BatchId;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.Status;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.consensus.raft.RaftRecord;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.node.Node;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Holds every step of every Raft member, and every message, against the invariants of Raft and
/// those that all protocols share; `docs/reliability.md` says each in a sentence.
final class RaftWatch implements Watch {
  // Types of journal items, and layers and kinds of messages, as their formats are written down.
  private static final int RECORD = 1;
  private static final int LEARNT = 3;
  private static final int INSTALLED = 5;
  private static final int REPLICA_LAYER = 1;
  private static final int OF_MACHINE = 1;
  private static final int GROUP_LAYER = 2;
  private static final int ASK_BARRIER = 3;

  /// Nanoseconds by which a simulated clock may be off.
  private static final long CLOCK_ERROR = 1_000;

  /// A message that a machine asked to send, and how many of its records must be durable before.
  private record Due(ReplicaId to, Bytes message) {}

  /// Questions of one candidate in several terms may come in one step.
  private record Candidacy(ReplicaId candidate, long term) {}

  /// A read that was asked for.
  ///
  /// @param decided how far anything was decided then
  /// @param round the first that may confirm it
  private record Asked(long decided, long round) {}

  private static final class Member {
    final long node;

    /// The true time of its latest step.
    long time;

    /// The true time of its latest answer to a read without a round, and that answer.
    long answeredAlone = Long.MIN_VALUE;

    long answer;

    /// The true time at which it last heard a leader, over all its lives.
    long heard = Long.MIN_VALUE;

    /// Candidates whom a leader told to take over.
    final Set<Candidacy> handedTo = new LinkedHashSet<>();

    RaftFold memory = new RaftFold();
    RaftFold durable = new RaftFold();
    final ArrayDeque<JournalRecord> underWay = new ArrayDeque<>();
    long records;
    long hardRecords;
    long durableRecords;
    final Map<Due, ArrayDeque<Long>> due = new LinkedHashMap<>();
    long decided;
    long verified;
    long verifiedTerm;
    boolean leads;
    boolean begun;
    long applied;
    final Map<ReadId, Asked> reads = new LinkedHashMap<>();
    final Map<ReplicaId, Long> matched = new TreeMap<>();

    /// The newest round that it asked for as a leader, and which of them others have answered.
    long roundAsked;

    final Map<ReplicaId, Long> roundsAnswered = new TreeMap<>();

    /// Who granted a pre-vote, by attempt.
    final Map<Long, Set<ReplicaId>> preVotes = new TreeMap<>();

    /// The newest question for a read that it sent to a leader, over all lives.
    long barrierAsked;

    /// The last term in which it asked for votes.
    long asksVotesIn;

    Map<Candidacy, Point> candidates = new LinkedHashMap<>();

    /// Who told it to take over, by the term of that leader.
    final Map<Long, ReplicaId> handedOver = new TreeMap<>();

    Member(long node) {
      this.node = node;
    }
  }

  private final Map<Long, Member> members = new TreeMap<>();
  private final TreeMap<Long, RaftFold.Held> decided = new TreeMap<>();

  /// By true time: how far anything was decided by then.
  private final TreeMap<Long, Long> decidedBy = new TreeMap<>();

  /// The term in which each of them was decided.
  private final Map<Long, Long> decidedIn = new TreeMap<>();

  private final Map<Long, Long> leaderOf = new TreeMap<>();
  private final Map<Point, Point> entryBefore = new LinkedHashMap<>();
  private final Map<Point, Long> contentOf = new LinkedHashMap<>();
  private final Map<Point, ReplicaId> grants = new LinkedHashMap<>();
  private final Map<Long, Long> digests = new LinkedHashMap<>();
  private final Set<BatchId> batches = new LinkedHashSet<>();
  private final Moments moments = new Moments();
  private final Set<Long> lost = new TreeSet<>();
  private @Nullable Era era;

  /// How far anything was ever decided.
  long decidedUpTo() {
    return decided.isEmpty() ? 0 : decided.lastKey();
  }

  private long decidedBy(long time) {
    var last = decidedBy.floorEntry(time);
    return last == null ? 0 : last.getValue();
  }

  Moments moments() {
    return moments;
  }

  /// How many terms had a leader.
  int leaderships() {
    return leaderOf.size();
  }

  private Member member(long node) {
    return members.computeIfAbsent(node, Member::new);
  }

  private Era era() {
    if (era == null) {
      throw new IllegalStateException("no machine has begun");
    }
    return era;
  }

  private Quorum quorum() {
    return Quorum.of(era());
  }

  /// C10: whoever can decide meets whoever can elect.
  private static void quorumsMeet(Era era) {
    var quorum = Quorum.of(era);
    var voters = era.voters();
    for (int set = 0; set < 1 << voters.size(); set++) {
      int chosen = set;
      check(
          !quorum.decides(id -> (chosen & 1 << voters.indexOf(id)) != 0)
              || !quorum.elects(id -> (chosen & 1 << voters.indexOf(id)) == 0),
          "C10",
          "in %s, some decide an entry and all others elect a leader",
          era);
    }
  }

  @Override
  public void began(long node, Era now, Point decidedThere, List<JournalRecord> records) {
    check(era == null || era.equals(now), "R14", "%s became %s", era, now);
    if (era == null) {
      quorumsMeet(now);
    }
    era = now;
    var member = member(node);
    // C12: nothing that was durable is forgotten.
    check(
        decidedThere.index() >= member.durable.decidedHeld.index(),
        "C12",
        "node %x begins at %s, and held %s durably",
        node,
        decidedThere,
        member.durable.decidedHeld);
    var told = decided.get(decidedThere.index());
    check(
        decidedThere.index() == 0 || (told != null && told.mark() == decidedThere.mark()),
        "C12",
        "node %x begins at %s, and %s was decided there",
        node,
        decidedThere,
        told);
    check(!lost.contains(node), "C14", "node %x takes part, and what it promised is lost", node);
    member.begun = true;
    member.memory = member.durable.copy();
    member.memory.catchUp(decidedThere);
    member.decided = decidedThere.index();
    member.verified = decidedThere.index();
    member.leads = false;
  }

  // Steps

  @Override
  public void stepping(long node, long trueTime) {
    member(node).time = trueTime;
  }

  @Override
  public void stepped(long node, List<Input> inputs, List<Emission> emissions, Status after) {
    var member = member(node);
    boolean led = member.leads;
    for (var input : inputs) {
      took(member, input);
    }
    for (var emission : emissions) {
      if (emission instanceof Emission.SentDurably(var to, RaftMessage.Appended answer)) {
        verified(member, answer);
      }
    }
    answeredAlone(member, inputs, emissions);
    staysWhileLeased(member, emissions);
    for (var emission : emissions) {
      did(member, emission);
    }
    long term = after.leadership().term();
    check(
        term >= member.memory.term,
        "R3",
        "node %x is in term %d, its records say %d",
        node,
        term,
        member.memory.term);
    boolean caughtUp = inputs.stream().anyMatch(input -> input instanceof Input.CaughtUp);
    check(
        after.last() == member.memory.lastIndex(),
        caughtUp ? "R15" : "C12",
        "node %x has entries up to %d, its records say %d",
        node,
        after.last(),
        member.memory.lastIndex());
    check(
        after.decided() == member.decided,
        "C2",
        "node %x says decided %d, told %d",
        node,
        after.decided(),
        member.decided);
    check(
        after.role().equals("learner") != isVoter(node),
        "R14",
        "node %x, voter or not: %s, is %s",
        node,
        isVoter(node),
        after.role());
    for (var peer : after.peers()) {
      check(era().isMember(peer.id()), "R14", "node %x follows up %s, no member", node, peer.id());
      progress(member, peer, term);
    }
    if (after.role().equals("leader")) {
      reachesQuorum(node, after);
    } else {
      if (led && emissions.stream().anyMatch(each -> each instanceof Emission.ReadLost)) {
        moments.saw("leader deposed with open reads");
      }
      member.leads = false;
      member.matched.clear();
      member.roundAsked = 0;
      member.roundsAnswered.clear();
    }
    onlyPreVotesChangeNothing(node, inputs, emissions);
    if (inputs.stream().anyMatch(input -> isOfLeader(input, term))) {
      member.heard = member.time;
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

  /// R12, what it rests on: a voter that heard its leader elects nobody within the lease time, by
  /// the fastest clock that the era allows, unless a leader hands over.
  private void staysWhileLeased(Member member, List<Emission> emissions) {
    var options = era().options();
    if (options.leaseMillis() == 0 || member.heard == Long.MIN_VALUE) {
      return;
    }
    double stays = options.leaseMillis() * 1e6 / (1 + options.leaseDriftPpm() / 1e6);
    for (var emission : emissions) {
      if (emission instanceof Emission.SentDurably(var to, RaftMessage.VoteAnswer answer)
          && answer.granted()) {
        boolean handedOver =
            to.node() == member.node
                ? member.handedOver.containsKey(answer.term() - 1)
                : member.handedTo.contains(new Candidacy(to, answer.term()));
        check(
            handedOver || member.time - member.heard >= stays - CLOCK_ERROR,
            "R12",
            "node %x votes for %s %d ns after it heard its leader",
            member.node,
            to,
            member.time - member.heard);
      }
    }
  }

  /// R16: a leader has heard a quorum within an election timeout.
  private void reachesQuorum(long node, Status leader) {
    var heard = new TreeSet<Long>();
    heard.add(node);
    for (var peer : leader.peers()) {
      if (peer.silence() < Self.Timing.DEFAULT.election()) {
        heard.add(peer.id().node());
      }
    }
    check(
        quorum().decides(id -> heard.contains(id.node())),
        "R16",
        "node %x still leads, and has heard only %s within an election timeout",
        node,
        heard);
  }

  /// How far a member says that its log is that of its term's leader.
  private static void verified(Member member, RaftMessage.Appended answer) {
    if (answer.term() > member.verifiedTerm) {
      member.verifiedTerm = answer.term();
      member.verified = member.decided;
    }
    member.verified = Math.max(member.verified, answer.matched());
  }

  private void took(Member member, Input input) {
    switch (input) {
      case Input.CaughtUp(var point) -> {
        moments.saw("catch-up");
        if (member.memory.lastIndex() > point.index()) {
          var held = member.memory.log.get(point.index());
          moments.saw(
              held == null || held.mark() != point.mark()
                  ? "catch-up drops a tail"
                  : "catch-up keeps a tail");
        }
        if (point.index() > member.decided) {
          member.memory.catchUp(point);
          member.decided = point.index();
        }
        member.verified = Math.max(member.verified, point.index());
      }
      case Input.Transfer transfer -> moments.saw("leadership transfer");
      case Input.Received(var from, RaftMessage.TimeoutNow order) ->
          member.handedOver.put(order.term(), from);
      case Input.ReadBarrier(var id) -> {
        check(!member.reads.containsKey(id), "R11", "read id %s is used again", id);
        member.reads.put(id, new Asked(decidedBy(member.time), member.roundAsked + 1));
      }
      case Input.Received(var from, RaftMessage.AskVote ask) -> {
        member.candidates.put(new Candidacy(from, ask.term()), ask.last());
        if (ask.transfer()) {
          member.handedTo.add(new Candidacy(from, ask.term()));
        }
      }
      case Input.Received(var from, RaftMessage.VoteAnswer answer) -> {
        if (from.node() == member.node && answer.granted()) {
          granted(member, from, answer.term());
        }
      }
      case Input.Received(var from, RaftMessage.PreVoteAnswer answer) -> {
        if (answer.granted()) {
          member.preVotes.computeIfAbsent(answer.attempt(), attempt -> new TreeSet<>()).add(from);
        }
      }
      case Input.Received(var from, RaftMessage answer) -> {
        if (answer.term() == member.memory.term) {
          member.roundsAnswered.merge(from, roundAnsweredBy(answer), Math::max);
        }
      }
      default -> {}
    }
  }

  /// R12: a leader that answers a read in the step that brought it has asked nobody. At the true
  /// time of that step nobody else may have decided anything beyond its answer; what others have
  /// done by then may be shown later.
  private void answeredAlone(Member member, List<Input> inputs, List<Emission> emissions) {
    if (era().options().leaseMillis() == 0) {
      return;
    }
    for (var emission : emissions) {
      if (emission instanceof Emission.ReadReady(var id, long index)
          && inputs.contains(new Input.ReadBarrier(id))) {
        moments.saw("read answered by a lease");
        member.answeredAlone = member.time;
        member.answer = index;
        long by = decidedBy(member.time);
        check(
            index >= by,
            "R12",
            "node %x answers a read with %d by its lease, and all up to %d was decided by then",
            member.node,
            index,
            by);
      }
    }
  }

  /// R12, for what is shown later than the answer.
  private void nobodyAnsweredWithout(Member decider, long index) {
    for (var other : members.values()) {
      check(
          other == decider || other.answeredAlone < decider.time || other.answer >= index,
          "R12",
          "node %x has answered a read with %d by its lease, and %d was decided by then",
          other.node,
          other.answer,
          index);
    }
  }

  private static long roundAnsweredBy(RaftMessage message) {
    return switch (message) {
      case RaftMessage.Appended answer -> answer.round();
      case RaftMessage.Conflict answer -> answer.round();
      case RaftMessage.Position answer -> answer.round();
      case RaftMessage.Confirmed answer -> answer.round();
      default -> 0;
    };
  }

  private static long roundAskedBy(RaftMessage message) {
    return switch (message) {
      case RaftMessage.Append append -> append.round();
      case RaftMessage.Behind behind -> behind.round();
      case RaftMessage.Confirm confirm -> confirm.round();
      default -> 0;
    };
  }

  private void did(Member member, Emission emission) {
    switch (emission) {
      case Emission.Journaled(var record) -> journaled(member, (RaftRecord) record);
      case Emission.Sent(var to, var message) ->
          asked(member, to, (RaftMessage) message, member.hardRecords);
      case Emission.SentDurably(var to, var message) ->
          asked(member, to, (RaftMessage) message, member.records);
      case Emission.Decided(var entries) -> decided(member, entries);
      case Emission.Led(var now) -> {
        if (now.leader() != null && now.leader().node() == member.node) {
          leads(member, now.term());
        }
      }
      case Emission.ReadReady(var id, long index) -> {
        var asked = member.reads.remove(id);
        check(asked != null, "R11", "an answer to %s, which was not asked", id);
        if (asked != null) {
          answered(member, asked, index);
        }
      }
      case Emission.ReadLost(var id) -> {
        check(member.reads.remove(id) != null, "R11", "%s, not asked, is lost", id);
        moments.saw("read lost");
      }
      case Emission.Refused refused -> {}
      case Emission.Behind behind -> {}
    }
  }

  private void answered(Member member, Asked asked, long index) {
    check(
        index >= asked.decided,
        "C7",
        "node %x answers a read with %d, decided before it was asked: %d",
        member.node,
        index,
        asked.decided);
    // Where there are leases a read may need no round: then R12 is what holds it.
    check(
        era().options().leaseMillis() > 0
            || !quorum()
                .elects(id ->
                    id.node() != member.node
                        && member.roundsAnswered.getOrDefault(id, 0L) < asked.round),
        "R11",
        "node %x answers a read that round %d confirms or a later one; answered are %s",
        member.node,
        asked.round,
        member.roundsAnswered);
  }

  private void journaled(Member member, RaftRecord record) {
    member.records++;
    member.underWay.addLast(record);
    switch (record) {
      case RaftRecord.Hard(long term, @Nullable ReplicaId vote) -> {
        member.hardRecords = member.records;
        member.leads &= term == member.memory.term;
        check(
            term >= member.memory.term,
            "R3",
            "node %x: term %d after %d",
            member.node,
            term,
            member.memory.term);
        var before = member.memory.vote;
        check(
            term > member.memory.term || before == null || before.equals(vote),
            "R2",
            "node %x votes for %s and %s in term %d",
            member.node,
            before,
            vote,
            term);
      }
      case RaftRecord.Log(long from, var entries) -> {
        check(
            from > member.decided,
            "R9",
            "node %x replaces entry %d, decided up to %d",
            member.node,
            from,
            member.decided);
        check(
            !entries.isEmpty() || from > member.memory.lastIndex(),
            "R15",
            "node %x drops entries %d to %d, which follow what it caught up to",
            member.node,
            from,
            member.memory.lastIndex());
        if (from <= member.memory.lastIndex()) {
          moments.saw("undecided entries replaced");
        }
        check(
            !member.leads || from > member.memory.lastIndex(),
            "R5",
            "leader %x replaces entry %d of its own",
            member.node,
            from);
        entriesMatch(member, from, entries);
      }
    }
    member.memory.apply(record);
  }

  /// R4: an entry's index and term tell what it carries, and what stands before it.
  private void entriesMatch(Member member, long from, List<Entry> entries) {
    Point before = null;
    if (from - 1 == member.memory.decidedHeld.index()) {
      before = member.memory.decidedHeld;
    }
    var held = member.memory.log.get(from - 1);
    if (held != null && from - 1 > member.memory.decidedHeld.index()) {
      before = new Point(from - 1, held.mark());
    }
    for (var entry : entries) {
      var point = entry.point();
      var content = RaftFold.hash(entry.payload());
      var other = contentOf.putIfAbsent(point, content);
      check(other == null || other == content, "R4", "two entries at %s", point);
      if (before != null) {
        var otherBefore = entryBefore.putIfAbsent(point, before);
        check(
            otherBefore == null || otherBefore.equals(before),
            "R4",
            "%s follows both %s and %s",
            point,
            otherBefore,
            before);
      }
      before = point;
    }
  }

  /// C8, first half: what a message promises, the records before it say.
  private void asked(Member member, ReplicaId to, RaftMessage message, long recordsBefore) {
    check(
        message.term() <= member.memory.term,
        "C8",
        "node %x speaks of term %d, its records of %d",
        member.node,
        message.term(),
        member.memory.term);
    check(era().isMember(to), "R14", "node %x tells %s, no member, %s", member.node, to, message);
    check(
        isVoter(member.node) || !hasVoice(message),
        "R14",
        "node %x, a learner, says %s",
        member.node,
        message);
    member.roundAsked = Math.max(member.roundAsked, roundAskedBy(message));
    switch (message) {
      case RaftMessage.VoteAnswer(long term, boolean granted) -> {
        if (granted) {
          grants(member, to, term);
        }
      }
      case RaftMessage.AskVote(long term, var last, boolean transfer) when transfer ->
          takesOver(member, term);
      case RaftMessage.Appended(long term, long round, long matched) -> {
        check(
            matched <= member.memory.lastIndex(),
            "C8",
            "node %x acknowledges %d, its records end at %d",
            member.node,
            matched,
            member.memory.lastIndex());
      }
      case RaftMessage.AskVote ask -> asksVotes(member, ask);
      default -> {}
    }
    if (to.node() != member.node) {
      var bytes = RaftMessage.CODEC.encode(message);
      member.due.computeIfAbsent(new Due(to, bytes), due -> new ArrayDeque<>()).add(recordsBefore);
    }
  }

  private boolean isVoter(long node) {
    return era().voters().stream().anyMatch(id -> id.node() == node);
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

  /// R16: who asks for votes was told by a quorum that it would get them, or was asked to take
  /// over.
  private void asksVotes(Member member, RaftMessage.AskVote ask) {
    if (ask.term() == member.asksVotesIn) {
      return;
    }
    member.asksVotesIn = ask.term();
    check(
        ask.transfer()
            || member.preVotes.values().stream()
                .anyMatch(granted ->
                    quorum().elects(id -> id.node() == member.node || granted.contains(id))),
        "R16",
        "node %x asks for votes in term %d, and has of pre-votes %s",
        member.node,
        ask.term(),
        member.preVotes);
    member.preVotes.clear();
  }

  private void grants(Member member, ReplicaId to, long term) {
    check(
        to.equals(member.memory.vote) && term == member.memory.term,
        "C8",
        "node %x grants %s term %d, its records say %s in %d",
        member.node,
        to,
        term,
        member.memory.vote,
        member.memory.term);
    var last = member.candidates.get(new Candidacy(to, term));
    if (last != null && to.node() != member.node) {
      var mine = member.memory.last();
      boolean upToDate =
          last.mark() != mine.mark() ? last.mark() > mine.mark() : last.index() >= mine.index();
      check(
          upToDate, "R10", "node %x, at %s, grants its vote to one at %s", member.node, mine, last);
    }
  }

  /// R16: who takes over was told so by the leader of the term that it leaves.
  private void takesOver(Member member, long term) {
    var from = member.handedOver.get(term - 1);
    check(
        from != null && Long.valueOf(from.node()).equals(leaderOf.get(term - 1)),
        "R16",
        "node %x takes over in term %d, and %s told it to",
        member.node,
        term,
        from);
    moments.saw("takes over when told to");
  }

  /// R2: a vote that has left, or is counted by the voter itself, is the only one of its term, over
  /// all lives.
  private void granted(Member member, ReplicaId to, long term) {
    var before = grants.putIfAbsent(new Point(member.node, term), to);
    check(
        before == null || before.equals(to),
        "R2",
        "node %x grants term %d to %s and %s",
        member.node,
        term,
        before,
        to);
  }

  private boolean isGranted(ReplicaId voter, long candidate, long term) {
    var to = grants.get(new Point(voter.node(), term));
    return to != null && to.node() == candidate;
  }

  private void leads(Member member, long term) {
    member.leads = true;
    check(isVoter(member.node), "R14", "node %x, no voter, leads", member.node);
    var before = leaderOf.putIfAbsent(term, member.node);
    check(
        before == null || before == member.node,
        "R1",
        "nodes %x and %x both lead term %d",
        before,
        member.node,
        term);
    if (before != null) {
      return;
    }
    check(
        quorum().elects(id -> isGranted(id, member.node, term)),
        "R1",
        "node %x leads term %d, and no quorum has voted for it",
        member.node,
        term);
    for (var entry : decided.tailMap(member.decided, false).entrySet()) {
      // Who learns late that it leads may find a later term, and what was decided in that, long
      // there.
      check(
          decidedIn.getOrDefault(entry.getKey(), term) >= term
              || member.memory.holds(entry.getKey(), entry.getValue()),
          "R6",
          "node %x leads term %d without entry %d, which is decided",
          member.node,
          term,
          entry.getKey());
    }
  }

  private void decided(Member member, List<Entry> entries) {
    long last = entries.getLast().index();
    if (!isVoter(member.node)) {
      moments.saw("a learner follows");
    }
    if (member.leads) {
      check(
          entries.getLast().mark() == member.memory.term,
          "R7",
          "leader %x of term %d decides %s by counting",
          member.node,
          member.memory.term,
          entries.getLast().point());
    } else {
      check(
          last <= member.verified,
          "R8",
          "node %x decides %d, verified with its leader up to %d",
          member.node,
          last,
          member.verified);
    }
    for (var entry : entries) {
      check(
          entry.index() == member.decided + 1,
          "C2",
          "node %x decides %d after %d",
          member.node,
          entry.index(),
          member.decided);
      member.decided = entry.index();
      var held = RaftFold.held(entry);
      var before = decided.putIfAbsent(entry.index(), held);
      check(
          before == null || before.hash() == held.hash(),
          "C1",
          "entry %d was decided twice, differently",
          entry.index());
      if (before == null) {
        decidedBy.put(member.time, entry.index());
        decidedBy.tailMap(member.time, false).replaceAll((time, upTo) -> entry.index());
        nobodyAnsweredWithout(member, entry.index());
        if (entry.payload() instanceof Payload.Batch(var id, var commands) && !batches.add(id)) {
          moments.saw("batch decided twice");
        }
        decidedIn.put(entry.index(), member.memory.term);
        check(
            quorum().decides(id -> member(id.node()).durable.holds(entry.index(), held)),
            "C3",
            "entry %d is decided by %x, and no quorum holds it durably",
            entry.index(),
            member.node);
      }
    }
  }

  private void progress(Member leader, Status.Peer peer, long term) {
    var follower = member(peer.id().node());
    // A later leader may have replaced what this one was told of.
    check(
        follower.durable.term != term || peer.matched() <= follower.durable.lastIndex(),
        "R13",
        "leader %x thinks %s holds %d, it holds %d",
        leader.node,
        peer.id(),
        peer.matched(),
        follower.durable.lastIndex());
    var before = leader.matched.put(peer.id(), peer.matched());
    check(
        before == null || before <= peer.matched() || leader.memory.term != term,
        "R13",
        "leader %x: match of %s fell from %d to %d",
        leader.node,
        peer.id(),
        before,
        peer.matched());
  }

  private void onlyPreVotesChangeNothing(long node, List<Input> inputs, List<Emission> emissions) {
    boolean only =
        !inputs.isEmpty()
            && inputs.stream()
                .allMatch(
                    input -> input instanceof Input.Received(var from, RaftMessage.AskPreVote ask));
    check(
        !only || emissions.stream().noneMatch(RaftWatch::votesForAnother),
        "R16",
        "node %x journals a vote because of a pre-vote",
        node);
  }

  private static boolean votesForAnother(Emission emission) {
    return emission instanceof Emission.SentDurably(var to, RaftMessage.VoteAnswer answer)
        && answer.granted();
  }

  // Disks

  @Override
  public void durable(long node, Bytes frame) {
    var member = member(node);
    FrameItems.forEach(
        frame,
        (group, type, content) -> {
          if (group == Node.DEFAULT_GROUP) {
            durableItem(member, type, content);
          }
        });
  }

  private void durableItem(Member member, int type, Bytes content) throws MalformedException {
    switch (type) {
      case RECORD -> {
        member.durableRecords++;
        var record = member.underWay.removeFirst();
        member.durable.apply(record);
        if (record instanceof RaftRecord.Log(long from, var entries)) {
          committedStaysRecoverable(from);
        }
      }
      case LEARNT -> {
        moments.saw("entries learnt from a peer");
        member.durable.learn(Entry.LIST_CODEC.decode(content));
      }
      case INSTALLED -> {
        moments.saw("image installed");
        member.durable.catchUp(Point.CODEC.read(new WireReader(content)));
      }
      default -> {}
    }
  }

  /// C4: whoever is elected next holds what is decided.
  private void committedStaysRecoverable(long from) {
    for (var entry : decided.tailMap(from, true).entrySet()) {
      var lacking = new TreeSet<Long>();
      for (var each : members.values()) {
        if (!lost.contains(each.node) && !each.durable.holds(entry.getKey(), entry.getValue())) {
          lacking.add(each.node);
        }
      }
      check(
          !quorum().elects(id -> lacking.contains(id.node())),
          "C4",
          "entry %d is decided, and %s could elect without it",
          entry.getKey(),
          lacking);
    }
  }

  @Override
  public void crashed(long node) {
    var member = member(node);
    member.underWay.clear();
    member.records = member.durableRecords;
    member.hardRecords = member.durableRecords;
    member.due.clear();
    member.reads.clear();
    member.matched.clear();
    member.handedOver.clear();
    member.roundAsked = 0;
    member.roundsAnswered.clear();
    member.preVotes.clear();
    member.memory = member.durable.copy();
    member.leads = false;
    member.applied = 0;
  }

  @Override
  public void lost(long node) {
    if (member(node).begun) {
      lost.add(node);
    }
  }

  // The network

  /// C8, second half: a message leaves only once the records before it are durable.
  @Override
  public void sent(long from, long to, Bytes frame) {
    try {
      var in = new WireReader(frame.from(4));
      while (in.remaining() > 0) {
        var message = new WireReader(in.raw(in.u32()));
        long group = message.count();
        message.count();
        long toEra = message.count();
        if (group != Node.DEFAULT_GROUP) {
          continue;
        }
        int layer = message.u8();
        int kind = message.u8();
        if (layer == REPLICA_LAYER && kind == OF_MACHINE) {
          message.count();
          sentByMachine(member(from), new ReplicaId(to, toEra), message.raw(message.remaining()));
        } else if (layer == GROUP_LAYER && kind == ASK_BARRIER) {
          barrierAsked(member(from), message.count());
        }
      }
    } catch (MalformedException e) {
      throw new ViolationException("wire", "a frame that cannot be read: " + e.getMessage());
    }
  }

  /// R11: whoever asks for a barrier never uses a number again, for the leader may still answer an
  /// earlier life.
  private static void barrierAsked(Member member, long number) {
    check(
        number > member.barrierAsked,
        "R11",
        "node %x asks for barrier %d, and has asked for %d",
        member.node,
        number,
        member.barrierAsked);
    member.barrierAsked = number;
  }

  private void sentByMachine(Member member, ReplicaId to, Bytes bytes) throws MalformedException {
    var key = new Due(to, bytes);
    var due = member.due.get(key);
    check(due != null, "C8", "node %x sends what its machine never said", member.node);
    if (due != null) {
      long needed = due.removeFirst();
      if (due.isEmpty()) {
        member.due.remove(key);
      }
      Message message = RaftMessage.CODEC.decode(bytes);
      if (message instanceof RaftMessage.VoteAnswer(long term, boolean granted) && granted) {
        granted(member, to, term);
      }
      check(
          needed <= member.durableRecords,
          "C8",
          "node %x sends %s with %d of %d records durable",
          member.node,
          message,
          member.durableRecords,
          needed);
    }
  }

  // State

  @Override
  public void applied(long node, long index, long digest) {
    var member = member(node);
    check(
        index >= member.applied, "C2", "node %x applied %d after %d", node, index, member.applied);
    check(
        index <= decidedUpTo(), "C2", "node %x applied %d, decided %d", node, index, decidedUpTo());
    member.applied = index;
    var before = digests.putIfAbsent(index, digest);
    check(
        before == null || before == digest,
        "C1",
        "at entry %d node %x has another state than others ",
        index,
        node);
  }
}
