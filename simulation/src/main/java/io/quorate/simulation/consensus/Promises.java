package io.quorate.simulation.consensus;

import static io.quorate.simulation.watch.ViolationException.check;

import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Message;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.Codec;
import io.quorate.consensus.wire.MalformedException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// C8: nothing leaves a member before the records that its machine journaled before it are durable.
/// What it may say by those records is for each protocol to check.
///
/// @param <F> what is told of members' records
final class Promises<F extends Fold<F>> {
  /// A message that a machine asked to send.
  private record Due(ReplicaId to, Bytes message) {}

  private static final class Written {
    /// Records that are not durable yet.
    final ArrayDeque<JournalRecord> underWay = new ArrayDeque<>();

    /// So many records were journaled, so many up to the last that a notice may not overtake, and
    /// so many are durable.
    long records;

    long hardRecords;
    long durableRecords;

    /// How many records must be durable before each of these messages.
    final Map<Due, ArrayDeque<Long>> due = new LinkedHashMap<>();
  }

  private final Codec<Message> codec;
  private final Map<Long, Written> written = new TreeMap<>();

  Promises(Codec<Message> codec) {
    this.codec = codec;
  }

  private Written of(Member<F> member) {
    return written.computeIfAbsent(member.node, node -> new Written());
  }

  /// @param holdsSends whether no notice that is sent after the record may overtake it
  void journaled(Member<F> member, JournalRecord record, boolean holdsSends) {
    var its = of(member);
    its.records++;
    its.underWay.addLast(record);
    if (holdsSends) {
      its.hardRecords = its.records;
    }
  }

  /// The next record became durable.
  JournalRecord durable(Member<F> member) {
    var its = of(member);
    its.durableRecords++;
    return its.underWay.removeFirst();
  }

  /// A message is to leave once what was journaled before it is durable.
  ///
  /// @param overtakesEntries whether entries need not be
  void due(Member<F> member, ReplicaId to, Message message, boolean overtakesEntries) {
    if (to.node() != member.node) {
      var its = of(member);
      its.due
          .computeIfAbsent(new Due(to, codec.encode(message)), due -> new ArrayDeque<>())
          .addLast(overtakesEntries ? its.hardRecords : its.records);
    }
  }

  /// A message leaves only once the records before it are durable.
  Message sent(Member<F> member, ReplicaId to, Bytes bytes) throws MalformedException {
    var its = of(member);
    var key = new Due(to, bytes);
    var due = its.due.getOrDefault(key, new ArrayDeque<>());
    check(!due.isEmpty(), "C8", "node %x sends what its machine never said", member.node);
    long needed = due.removeFirst();
    if (due.isEmpty()) {
      its.due.remove(key);
    }
    var message = codec.decode(bytes);
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

  void crashed(Member<F> member) {
    var its = of(member);
    its.underWay.clear();
    its.records = its.durableRecords;
    its.hardRecords = its.durableRecords;
    its.due.clear();
  }
}
