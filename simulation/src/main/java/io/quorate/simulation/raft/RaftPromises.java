package io.quorate.simulation.raft;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.raft.RaftMessage;
import io.quorate.consensus.raft.RaftRecord;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// C8: nothing leaves a member that its durable records do not say.
final class RaftPromises {
  /// A message that a machine asked to send.
  private record Due(ReplicaId to, Bytes message) {}

  private static final class Written {
    /// Records that are not durable yet.
    final ArrayDeque<RaftRecord> underWay = new ArrayDeque<>();

    /// So many records were journaled, so many up to the last that a notice may not overtake, and
    /// so many are durable.
    long records;

    long hardRecords;
    long durableRecords;

    /// How many records must be durable before each of these messages.
    final Map<Due, ArrayDeque<Long>> due = new LinkedHashMap<>();
  }

  private final Map<Long, Written> written = new TreeMap<>();

  private Written of(RaftMember member) {
    return written.computeIfAbsent(member.node, node -> new Written());
  }

  void journaled(RaftMember member, RaftRecord record) {
    var its = of(member);
    its.records++;
    its.underWay.addLast(record);
    if (record instanceof RaftRecord.Hard) {
      its.hardRecords = its.records;
    }
  }

  /// The next record became durable.
  RaftRecord durable(RaftMember member) {
    var its = of(member);
    its.durableRecords++;
    return its.underWay.removeFirst();
  }

  /// What a message promises, the records before it say.
  void promised(RaftMember member, ReplicaId to, RaftMessage message) {
    var says = member.memory;
    check(
        message.term() <= says.term,
        "C8",
        "node %x speaks of term %d, its records of %d",
        member.node,
        message.term(),
        says.term);
    switch (message) {
      case RaftMessage.VoteAnswer answer when answer.granted() ->
          check(
              to.equals(says.vote) && answer.term() == says.term,
              "C8",
              "node %x grants %s term %d, its records say %s in %d",
              member.node,
              to,
              answer.term(),
              says.vote,
              says.term);
      case RaftMessage.Appended answer ->
          check(
              answer.matched() <= says.lastIndex(),
              "C8",
              "node %x acknowledges %d, its records end at %d",
              member.node,
              answer.matched(),
              says.lastIndex());
      default -> {}
    }
  }

  /// A message is to leave once what was journaled before it is durable.
  ///
  /// @param overtakesEntries whether entries need not be
  void due(RaftMember member, ReplicaId to, RaftMessage message, boolean overtakesEntries) {
    if (to.node() != member.node) {
      var its = of(member);
      its.due
          .computeIfAbsent(
              new Due(to, RaftMessage.CODEC.encode(message)), due -> new ArrayDeque<>())
          .addLast(overtakesEntries ? its.hardRecords : its.records);
    }
  }

  /// A message leaves only once the records before it are durable.
  RaftMessage sent(RaftMember member, ReplicaId to, Bytes bytes) throws MalformedException {
    var its = of(member);
    var key = new Due(to, bytes);
    var due = its.due.getOrDefault(key, new ArrayDeque<>());
    check(!due.isEmpty(), "C8", "node %x sends what its machine never said", member.node);
    long needed = due.removeFirst();
    if (due.isEmpty()) {
      its.due.remove(key);
    }
    var message = (RaftMessage) RaftMessage.CODEC.decode(bytes);
    check(
        needed <= its.durableRecords,
        "C8",
        "node %x sends %s with %d of %d records durable",
        member.node,
        message,
        its.durableRecords,
        needed);
    return message;
  }

  void crashed(RaftMember member) {
    var its = of(member);
    its.underWay.clear();
    its.records = its.durableRecords;
    its.hardRecords = its.durableRecords;
    its.due.clear();
  }
}
