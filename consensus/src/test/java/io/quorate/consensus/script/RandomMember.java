package io.quorate.consensus.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Consensus;
import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A member of a [RandomGroup]: its machine, and a replica in small with a disk that forces records
/// late, and of which a crash leaves any prefix.
final class RandomMember implements Effects {
  /// What a journal holds: a record, or how far all was decided when it was written.
  private record Item(@Nullable JournalRecord record, long decided) {}

  private record Held(int items, ReplicaId to, Message message) {}

  final ReplicaId id;
  private final RandomGroup group;
  private final Random random;
  private final List<Item> journal = new ArrayList<>();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private final List<Input> inbox = new ArrayList<>();

  /// Barriers without an answer yet, with what had been decided anywhere when they were asked.
  private final Map<Long, Long> barriers = new TreeMap<>();

  private int durable;
  private int hard;
  private long lives;
  private long reads;
  private long decided;
  private boolean crashed;
  long wanted;
  @Nullable Consensus machine;

  RandomMember(ReplicaId id, RandomGroup group, Random random) {
    this.id = id;
    this.group = group;
    this.random = random;
  }

  long life() {
    return lives;
  }

  long decided() {
    return decided;
  }

  boolean leads() {
    return machine != null && machine.status().leadership().isLedBy(id);
  }

  long nextDeadline() {
    return machine == null ? Long.MAX_VALUE : machine.nextDeadline();
  }

  void start(long now) {
    lives++;
    inbox.clear();
    barriers.clear();
    var self = new Self(id, lives, random, Self.Timing.DEFAULT, group.limits());
    decided = journal.stream().mapToLong(Item::decided).max().orElse(0);
    machine =
        journal.isEmpty()
            ? group.protocol().enter(group.era(), self)
            : group
                .protocol()
                .restore(group.era(), self, group.point(decided), List.copyOf(records()));
    assertThat(leads()).isFalse();
    hard = 0;
    step(now);
  }

  /// As the item of a checkpoint: everything before it goes.
  void checkpoint() {
    if (machine != null) {
      force(true);
      var records = machine.checkpoint();
      journal.clear();
      records.forEach(record -> journal.add(new Item(record, decided)));
      durable = journal.size();
      hard = 0;
    }
  }

  private List<JournalRecord> records() {
    var records = new ArrayList<JournalRecord>();
    for (var item : journal) {
      if (item.record != null) {
        records.add(item.record);
      }
    }
    return records;
  }

  void crash() {
    crashed = true;
    machine = null;
    int kept = durable + random.nextInt(journal.size() - durable + 1);
    journal.subList(kept, journal.size()).clear();
    forced(journal.size());
    held.clear();
    inbox.clear();
    barriers.clear();
    wanted = 0;
    crashed = false;
  }

  /// The disk forces more.
  void force(boolean everything) {
    int waiting = journal.size() - durable;
    forced(durable + (everything ? waiting : random.nextInt(waiting + 1)));
    while (!held.isEmpty() && held.getFirst().items <= durable) {
      var next = held.removeFirst();
      leave(next.to, next.message);
    }
  }

  private void forced(int upTo) {
    for (int i = durable; i < upTo; i++) {
      var record = journal.get(i).record;
      if (record != null) {
        group.watch().durable(id, record);
      }
    }
    durable = upTo;
  }

  private void leave(ReplicaId to, Message message) {
    if (!crashed) {
      group.watch().leaves(id, lives, message, decided, records().subList(0, durableRecords()));
      if (to.equals(id)) {
        inbox.add(new Input.Received(id, message));
      } else {
        group.send(id, to, message);
      }
    }
  }

  private int durableRecords() {
    int count = 0;
    for (var item : journal.subList(0, durable)) {
      count += item.record == null ? 0 : 1;
    }
    return count;
  }

  void take(Input input) {
    inbox.add(input);
  }

  void read() {
    reads++;
    barriers.put(reads, group.decidedAnywhere());
    inbox.add(new Input.ReadBarrier(new ReadId(lives, reads)));
  }

  /// Entries that the replica fetched: they are durable before the machine hears of it.
  void catchUp(RandomMember from) {
    long upTo = Math.min(wanted, from.decided);
    if (machine != null && upTo > decided) {
      decided = upTo;
      journal.add(new Item(null, decided));
      force(true);
      inbox.addFirst(new Input.CaughtUp(group.point(decided)));
    }
  }

  void step(long now) {
    var machine = this.machine;
    if (machine == null) {
      return;
    }
    var inputs = List.copyOf(inbox);
    inbox.clear();
    machine.step(now, inputs, this);
    if (random.nextInt(4) > 0) {
      force(random.nextBoolean());
    }
  }

  @Override
  public String toString() {
    return "%s decided %s wants %s %s"
        .formatted(id, decided, wanted, machine == null ? "down" : machine.status());
  }

  // Effects

  @Override
  public void journal(JournalRecord record) {
    group.watch().journals(id, record, records());
    journal.add(new Item(record, decided));
    if (record.holdsSends()) {
      hard = journal.size();
    }
  }

  @Override
  public void send(ReplicaId to, Message.Notice message) {
    assertThat(to).isNotEqualTo(id);
    if (hard <= durable) {
      leave(to, message);
    } else {
      held.addLast(new Held(hard, to, message));
    }
  }

  @Override
  public void sendDurably(ReplicaId to, Message message) {
    held.addLast(new Held(journal.size(), to, message));
  }

  @Override
  public void decided(List<Entry> next) {
    for (var entry : next) {
      assertThat(entry.index()).isEqualTo(++decided);
      group.decides(id, entry);
    }
  }

  @Override
  public void refused(Payload payload, Refusal why) {}

  @Override
  public void readReady(ReadId id, long index) {
    assertThat(id.incarnation()).isEqualTo(lives);
    assertThat(index).isGreaterThanOrEqualTo(answered(id)).isLessThanOrEqualTo(decided);
    group.readAnswered();
  }

  @Override
  public void readLost(ReadId id) {
    assertThat(answered(id)).isNotNegative();
  }

  private long answered(ReadId read) {
    var least = barriers.remove(read.number());
    assertThat(least).as("an answer to %s, which waits for none", read).isNotNull();
    return least == null ? 0 : least;
  }

  @Override
  public void behind(ReplicaId hint, long atLeast) {
    wanted = Math.max(wanted, atLeast);
  }

  @Override
  public void leadership(Leadership now) {
    group.watch().leadership(id, lives, now);
  }
}
