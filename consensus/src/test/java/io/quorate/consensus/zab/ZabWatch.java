package io.quorate.consensus.zab;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Quorum;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.script.GroupWatch;
import io.quorate.consensus.zab.ZabMessage.Said;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Sees all that members of a group journal, send and decide, and holds it against the invariants
/// of Zab. What a journal holds it folds in its own way.
final class ZabWatch implements GroupWatch {
  private record Leader(ReplicaId id, long life) {}

  /// What a journal tells.
  private static final class Fold {
    long accepted;
    long current;
    final NavigableMap<Long, Entry> history = new TreeMap<>();

    static Fold of(List<JournalRecord> records) {
      var fold = new Fold();
      records.forEach(fold::take);
      return fold;
    }

    void take(JournalRecord record) {
      switch ((ZabRecord) record) {
        case ZabRecord.Promised(long a, long c) -> {
          accepted = a;
          current = c;
        }
        case ZabRecord.History(long from, var entries) -> {
          history.tailMap(from, true).clear();
          entries.forEach(entry -> history.put(entry.index(), entry));
        }
        case ZabRecord.Truncated(long last) -> history.tailMap(last, false).clear();
      }
    }

    long lastEpoch() {
      return history.isEmpty() ? 0 : history.lastEntry().getValue().mark();
    }
  }

  private final Era era;
  private final Quorum quorum;
  private final Map<Long, Leader> established = new TreeMap<>();
  private final Map<Long, Leader> prospective = new TreeMap<>();
  private final Map<ReplicaId, Fold> durable = new TreeMap<>();
  private final List<Entry> decided = new ArrayList<>();
  private long attempts;

  /// What the leader of each epoch has in its history, by what it sends.
  private final Map<Long, NavigableMap<Long, Entry>> histories = new TreeMap<>();

  ZabWatch(Era era) {
    this.era = era;
    this.quorum = Quorum.of(era);
    era.members().forEach(member -> durable.put(member, new Fold()));
  }

  @Override
  public long attempts() {
    return attempts;
  }

  // Z10: nothing decided is replaced; Z13: epochs in order, after any record; Z17: zxids only grow

  @Override
  public void journals(ReplicaId member, JournalRecord record, List<JournalRecord> before) {
    var fold = Fold.of(before);
    long accepted = fold.accepted;
    long current = fold.current;
    var held = List.copyOf(fold.history.values());
    fold.take(record);
    for (var entry : held) {
      if (isDecided(entry)) {
        assertThat(fold.history)
            .as("Z10: %s drops %s", member, entry.point())
            .containsEntry(entry.index(), entry);
      }
    }
    assertThat(fold.accepted).as("Z13: accepted").isGreaterThanOrEqualTo(accepted);
    assertThat(fold.current).as("Z13: current").isGreaterThanOrEqualTo(current);
    assertThat(fold.accepted)
        .as("Z13: %s", member)
        .isGreaterThanOrEqualTo(Math.max(fold.current, fold.lastEpoch()));
    long epoch = 0;
    for (var entry : fold.history.values()) {
      assertThat(entry.mark()).as("Z17: %s", entry.point()).isGreaterThanOrEqualTo(epoch);
      epoch = entry.mark();
    }
    attempts = Math.max(attempts, fold.accepted);
  }

  private boolean isDecided(Entry entry) {
    return entry.index() <= decided.size() && decided.get((int) entry.index() - 1).equals(entry);
  }

  @Override
  public void durable(ReplicaId member, JournalRecord record) {
    fold(member).take(record);
  }

  private Fold fold(ReplicaId member) {
    return durable.computeIfAbsent(member, m -> new Fold());
  }

  // C8, Z12, Z14: what leaves a member

  @Override
  public void leaves(
      ReplicaId from, long life, Message message, long held, List<JournalRecord> records) {
    var fold = Fold.of(records);
    switch ((ZabMessage) message) {
      case ZabMessage.AckEpoch answer ->
          assertThat(fold.accepted).as("C8").isGreaterThanOrEqualTo(answer.epoch());
      case ZabMessage.AckLeader answer -> {
        assertThat(fold.current).as("C8").isGreaterThanOrEqualTo(answer.epoch());
        requirePrefix(from, fold, held, answer.epoch());
      }
      case ZabMessage.Ack answer -> {
        assertThat(fold.current).as("Z14").isGreaterThanOrEqualTo(answer.epoch());
        requirePrefix(from, fold, held, answer.epoch());
        if (answer.upTo() > held) {
          assertThat(fold.history).as("C8").containsKey(answer.upTo());
        }
      }
      case ZabMessage.FromLeader said -> said(new Leader(from, life), fold, held, said);
      default -> {}
    }
  }

  /// Z12: whoever follows a leader has nothing in its history that the leader has not. What is
  /// decided it may have learnt since, and then its records tell of something older.
  private void requirePrefix(ReplicaId member, Fold fold, long held, long epoch) {
    if (fold.current == epoch) {
      var its = histories.getOrDefault(epoch, new TreeMap<>());
      for (var entry : fold.history.tailMap(held, false).values()) {
        var same = its.get(entry.index());
        if (same != null) {
          assertThat(entry).as("Z12: %s in epoch %d", member, epoch).isEqualTo(same);
        }
      }
    }
  }

  private void said(Leader leader, Fold fold, long held, ZabMessage.FromLeader message) {
    long epoch = message.epoch();
    assertThat(fold.accepted).as("C8: epoch of a leader").isGreaterThanOrEqualTo(epoch);
    switch (message.said()) {
      case Said.Diff(var entries) -> has(epoch, entries);
      case Said.Propose(var entries, long committed) -> has(epoch, entries);
      case Said.NewLeader() -> {
        var first = prospective.putIfAbsent(epoch, leader);
        if (first == null) {
          requireComplete(leader, fold, held, epoch);
        } else {
          assertThat(leader).as("Z1: epoch %d", epoch).isEqualTo(first);
        }
      }
      default -> {}
    }
  }

  private void has(long epoch, List<Entry> entries) {
    var its = histories.computeIfAbsent(epoch, e -> new TreeMap<>());
    for (var entry : entries) {
      var before = its.putIfAbsent(entry.index(), entry);
      assertThat(before == null || before.equals(entry)).as("Z6: %s", entry.point()).isTrue();
    }
  }

  /// Z9: a leader's initial history has all that was decided in older epochs.
  private void requireComplete(Leader leader, Fold fold, long held, long epoch) {
    for (var entry : decided) {
      if (entry.mark() < epoch && entry.index() > held) {
        assertThat(fold.history)
            .as("Z9: %s leads epoch %d", leader, epoch)
            .containsEntry(entry.index(), entry);
      }
    }
  }

  // Z1: one established leader an epoch; C3: decided is what a quorum holds

  @Override
  public void leadership(ReplicaId member, long life, Leadership now) {
    if (now.isLedBy(member)) {
      var leader = new Leader(member, life);
      var before = established.putIfAbsent(now.term(), leader);
      assertThat(before == null || before.equals(leader)).as("Z1: epoch %s", now.term()).isTrue();
    }
  }

  @Override
  public void decides(ReplicaId member, Entry entry) {
    if (entry.index() > decided.size()) {
      decided.add(entry);
      assertThat(quorum.decides(voter -> entry.equals(fold(voter).history.get(entry.index()))))
          .as("C3: %s of %s", entry.point(), era)
          .isTrue();
    }
  }
}
