package io.quorate.consensus.script;

import static java.util.Objects.requireNonNull;

import io.quorate.consensus.Consensus;
import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A member of a [Scene]: its machine, and as little of a replica as there must be. Records are
/// durable at once, unless the disk is slow; what must wait for them waits.
final class Member implements Effects {
  private record Held(int records, ReplicaId to, Message message) {}

  private final Scene scene;
  private final long number;
  private final List<JournalRecord> records = new ArrayList<>();
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private final List<String> decided = new ArrayList<>();
  private Point learnt = Point.ORIGIN;
  private int durable;
  private int hard;
  private boolean slow;
  private long lives;
  private @Nullable Consensus machine;

  Member(Scene scene, long number) {
    this.scene = scene;
    this.number = number;
  }

  long number() {
    return number;
  }

  long life() {
    return lives;
  }

  boolean isUp() {
    return machine != null;
  }

  Consensus machine() {
    return requireNonNull(machine);
  }

  List<JournalRecord> records() {
    return records;
  }

  int forced() {
    return durable;
  }

  List<String> decided() {
    return decided;
  }

  long nextDeadline() {
    return machine().nextDeadline();
  }

  // Before it starts

  void hold(List<JournalRecord> before) {
    records.addAll(before);
    durable = records.size();
  }

  // Life

  void start(long now) {
    lives++;
    var self = scene.self(number, lives);
    machine =
        records.isEmpty()
            ? scene.dialect().protocol().enter(scene.era(), self)
            : scene.dialect().protocol().restore(scene.era(), self, learnt, List.copyOf(records));
    decided.clear();
    hard = 0;
    step(now, List.of());
  }

  /// It holds everything up to here, by other means; and its machine is told so, unless it crashes
  /// before.
  void learn(Point decided) {
    learnt = decided.index() > learnt.index() ? decided : learnt;
  }

  /// Only so many of its records survive, or those that were forced.
  void crash(int surviving) {
    int kept = surviving == Integer.MAX_VALUE ? durable : surviving;
    records.subList(kept, records.size()).clear();
    durable = kept;
    held.clear();
    slow = false;
    machine = null;
  }

  void step(long now, List<Input> inputs) {
    machine().step(now, inputs, this);
    release();
  }

  void slow(boolean now) {
    slow = now;
    release();
  }

  /// The disk forces so many more records.
  void forced(int count) {
    durable = (int) Math.min(records.size(), (long) durable + count);
    release();
  }

  private void release() {
    if (!slow) {
      durable = records.size();
    }
    while (!held.isEmpty() && held.getFirst().records <= durable) {
      var next = held.removeFirst();
      scene.send(number, next.to, next.message);
    }
  }

  // Effects

  private void tell(String text) {
    scene.tell(number + " " + text);
  }

  @Override
  public void journal(JournalRecord record) {
    records.add(record);
    if (record.holdsSends()) {
      hard = records.size();
    }
    tell("journals " + scene.dialect().of(record));
  }

  @Override
  public void send(ReplicaId to, Message.Notice message) {
    tell("-> %d %s".formatted(to.node(), scene.dialect().of(message)));
    if (hard <= durable || !slow) {
      scene.send(number, to, message);
    } else {
      held.addLast(new Held(hard, to, message));
    }
  }

  @Override
  public void sendDurably(ReplicaId to, Message message) {
    tell("=> %d %s".formatted(to.node(), scene.dialect().of(message)));
    held.addLast(new Held(records.size(), to, message));
  }

  @Override
  public void decided(List<Entry> next) {
    next.forEach(entry -> decided.add(Words.of(entry)));
    tell("decides " + Words.of(next));
  }

  @Override
  public void refused(Payload payload, Refusal why) {
    tell("refuses %s: %s".formatted(Words.of(payload), why));
  }

  @Override
  public void readReady(ReadId id, long index) {
    tell("read %s ready at %d".formatted(id, index));
  }

  @Override
  public void readLost(ReadId id) {
    tell("read %s lost".formatted(id));
  }

  @Override
  public void behind(ReplicaId hint, long atLeast) {
    tell("is behind: fetch up to %d, say from %d".formatted(atLeast, hint.node()));
  }

  @Override
  public void leadership(Leadership now) {
    var leader = now.leader();
    tell(
        leader == null
            ? "knows no leader in " + scene.dialect().term(now.term())
            : "follows %d in %s".formatted(leader.node(), scene.dialect().term(now.term())));
  }

  String describe() {
    if (machine == null) {
      return number + ": down, " + records.size() + " records";
    }
    var status = machine.status();
    return number + ": " + scene.dialect().of(status);
  }
}
