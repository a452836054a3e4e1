package io.quorate.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.wire.Bytes;
import io.quorate.journal.DamageException;
import io.quorate.journal.Disk;
import io.quorate.journal.DiskException;
import io.quorate.journal.DiskId;
import io.quorate.journal.Identity;
import io.quorate.journal.Journal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The journal on a disk that forgets, ended at every operation in turn: what was durable is found
/// again, and nothing that was never written.
class JournalCrashTest {
  private static final long MILLISECOND = 1_000_000;
  private static final Journal.Options SMALL_SEGMENTS = new Journal.Options(1 << 16);

  /// A life of a journal on a disk: appends numbered items, and knows which of them were durable.
  private static final class Life implements SimulatedDisk.Surroundings, Journal.Owner {
    final Draw draw;
    final SimulatedDisk disk;
    final ArrayDeque<Runnable> later = new ArrayDeque<>();
    final List<Integer> found = new ArrayList<>();
    int effectsLeft = Integer.MAX_VALUE;
    @Nullable String failOn;
    @Nullable String crashOn;
    boolean within = true;
    int next;
    int durableUpTo;
    long itemFrame;
    long now;
    @Nullable Journal journal;

    Life(Draw draw, SimulatedDisk disk) {
      this.draw = draw;
      this.disk = disk;
      disk.surroundings(this);
    }

    void open() throws DamageException {
      var identity = Identity.read(disk);
      if (identity == null) {
        identity = Identity.create(disk, 1, 2, draw.generator(), SMALL_SEGMENTS);
      }
      journal =
          Journal.open(
              disk,
              identity.disk(),
              SMALL_SEGMENTS,
              (frame, group, type, content) -> {
                assertThat(group).isEqualTo(7);
                if (type == 1) {
                  found.add((content.at(0) & 0xff) << 8 | (content.at(1) & 0xff));
                }
              },
              this);
      journal.hold(7);
      next = found.isEmpty() ? 0 : found.getLast() + 1;
      durableUpTo = next;
    }

    Journal journal() {
      if (journal == null) {
        throw new AssertionError();
      }
      return journal;
    }

    /// Appends a few items and flushes, so often.
    void work(int rounds) {
      for (int round = 0; round < rounds; round++) {
        int items = draw.below(4);
        for (int i = 0; i < items; i++) {
          append(draw.chance(0.1) ? 20_000 : 2 + draw.below(600));
        }
        within = draw.chance(0.5);
        now += draw.below(80) * MILLISECOND;
        journal().flush(now, draw.chance(0.7));
        settle();
        while (!later.isEmpty() && draw.chance(0.6)) {
          later.removeFirst().run();
          settle();
        }
      }
    }

    private void append(int size) {
      var out = journal().begin(7, 1);
      out.u8(next >> 8);
      out.u8(next);
      out.zeros(size - 2);
      itemFrame = journal().end();
      frames.add(itemFrame);
      next++;
    }

    final List<Long> frames = new ArrayList<>();

    private void settle() {
      while (!frames.isEmpty() && frames.getFirst() <= journal().durable()) {
        frames.removeFirst();
        durableUpTo++;
      }
    }

    @Override
    public void effect(String what) {
      if (failOn != null && what.startsWith(failOn)) {
        throw new DiskException("cannot " + what);
      }
      if (effectsLeft-- == 0 || what.equals(crashOn)) {
        throw new SimulatedCrash();
      }
    }

    @Override
    public boolean flushesWithinCall() {
      return within;
    }

    @Override
    public void later(Runnable action) {
      later.addLast(action);
    }

    @Override
    public void appending(String file, long position, Bytes bytes) {}

    @Override
    public void appended() {}

    @Override
    public void checkpoint() {
      journal().begin(7, 2).zeros(10);
      journal().end();
    }

    @Override
    public void durable() {}
  }

  /// Works until the given number of operations has been done, then crashes; false if it never came
  /// to that.
  private static boolean crashAfter(Life life, int effects, SimulatedDisk.Loss loss)
      throws DamageException {
    life.effectsLeft = effects;
    boolean crashed = false;
    try {
      life.open();
      life.work(60);
    } catch (SimulatedCrash e) {
      crashed = true;
      if (life.journal != null) {
        life.settle();
      }
    }
    life.disk.crash(loss);
    return crashed;
  }

  private static void requireAllFound(int durable, int written, List<Integer> found) {
    assertThat(found.size()).isBetween(durable, written);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @EnumSource(SimulatedDisk.Loss.class)
  void findsWhatWasDurableWhereverItCrashes(SimulatedDisk.Loss loss) throws DamageException {
    for (int effects = 0; ; effects++) {
      var draw = new Draw(effects);
      var disk = new SimulatedDisk(draw.split(), new Life(draw, dummyDisk(draw)));
      var first = new Life(draw.split(), disk);
      boolean crashed = crashAfter(first, effects, loss);

      var second = new Life(draw.split(), disk);
      boolean crashedAgain = crashAfter(second, draw.below(120), loss);
      if (second.journal != null) {
        requireAllFound(first.durableUpTo, first.next, second.found);
      }
      int durable = second.journal == null ? first.durableUpTo : second.durableUpTo;
      int written = second.journal == null ? first.next : second.next;

      var third = new Life(draw.split(), disk);
      third.open();
      requireAllFound(durable, written, third.found);
      if (!crashed && !crashedAgain && effects > 400) {
        return;
      }
      if (effects > 2_000) {
        throw new AssertionError("work never ends");
      }
    }
  }

  private static SimulatedDisk dummyDisk(Draw draw) {
    return new SimulatedDisk(
        draw.split(),
        new SimulatedDisk.Surroundings() {
          @Override
          public void effect(String what) {}

          @Override
          public boolean flushesWithinCall() {
            return true;
          }

          @Override
          public void later(Runnable action) {}

          @Override
          public void appending(String file, long position, Bytes bytes) {}

          @Override
          public void appended() {}
        });
  }

  private static Life lifeOn(long seed) {
    var draw = new Draw(seed);
    return new Life(draw.split(), dummyDisk(draw));
  }

  private static Life after(Life life) {
    life.disk.crash(SimulatedDisk.Loss.EVERYTHING);
    return new Life(life.draw.split(), life.disk);
  }

  private static void put(Life life, int size) {
    life.append(size);
    life.journal().flush(life.now, true);
    life.settle();
  }

  @Test
  void namesFileAndOffsetOfDamage() throws DamageException {
    var life = lifeOn(1);
    life.open();
    put(life, 100);
    put(life, 100);
    put(life, 100);
    life.disk.rot("journal/0000000000000001", 2 * 4096 + 100, 3);

    var next = after(life);
    assertThatThrownBy(next::open)
        .isInstanceOf(DamageException.class)
        .hasMessageContaining("journal/0000000000000001 is damaged at offset 8192");
  }

  @Test
  void everyBitOfAProvenFrameCounts() throws DamageException {
    for (int position = 4096; position < 4096 + 52 + 16; position++) {
      var life = lifeOn(position);
      life.open();
      put(life, 10);
      put(life, 10);
      life.disk.rot("journal/0000000000000001", position, position % 8);
      var next = after(life);
      assertThatThrownBy(next::open).isInstanceOf(DamageException.class);
    }
  }

  @Test
  void aLastFrameThatNothingProvesIsATornTail() throws DamageException {
    var life = lifeOn(2);
    life.open();
    put(life, 100);
    put(life, 100);
    life.disk.rot("journal/0000000000000001", 2 * 4096 + 60, 0);

    var next = after(life);
    next.open();
    assertThat(next.found).containsExactly(0);
    put(next, 50);
    var last = after(next);
    last.open();
    assertThat(last.found).containsExactly(0, 1);
  }

  @Test
  void fiftyMillisecondsLaterAnEmptyFrameProvesTheLastOne() throws DamageException {
    var life = lifeOn(3);
    life.open();
    put(life, 100);
    assertThat(life.journal().nextDeadline()).isEqualTo(50 * MILLISECOND);
    life.now = 50 * MILLISECOND;
    life.within = true;
    life.journal().flush(life.now, false);
    life.later.removeFirst().run();
    while (!life.later.isEmpty()) {
      life.later.removeFirst().run();
    }
    life.disk.rot("journal/0000000000000001", 4096 + 60, 0);

    assertThatThrownBy(after(life)::open).isInstanceOf(DamageException.class);
  }

  @Test
  void whatAClientWroteIsNeverTakenForAFrame() throws DamageException {
    var life = lifeOn(4);
    life.open();
    put(life, 10);
    // A value that holds a copy of a whole frame, where a frame could begin, in a write that was
    // torn.
    var frame = life.disk.durable("journal/0000000000000001").slice(4096, 4096);
    var out = life.journal().begin(7, 1);
    out.u8(0);
    out.u8(1);
    out.zeros(4096 - 52 - 6 - 2);
    out.raw(frame);
    life.journal().end();
    life.journal().flush(0, true);
    life.disk.rot("journal/0000000000000001", 2 * 4096 + 70, 0);

    var next = after(life);
    next.open();
    assertThat(next.found).containsExactly(0);
  }

  @Test
  void aFailedFlushEndsTheNodeAndIsNotTriedAgain() throws DamageException {
    var life = lifeOn(5);
    life.open();
    put(life, 100);
    life.failOn = "force";
    assertThatThrownBy(() -> put(life, 100)).isInstanceOf(DiskException.class);
    assertThat(life.durableUpTo).isEqualTo(1);
    assertThat(life.journal().isFlushing()).isTrue();
  }

  @Test
  void segmentsThatNobodyNeedsAreUsedAgain() throws DamageException {
    var life = lifeOn(6);
    life.open();
    for (int i = 0; i < 400; i++) {
      put(life, 1000);
      while (!life.later.isEmpty()) {
        life.later.removeFirst().run();
      }
      life.journal().release(7, life.journal().durable());
    }
    assertThat(life.disk.list("journal").size()).isLessThanOrEqualTo(4);

    var next = after(life);
    next.open();
    assertThat(next.found.getLast()).isEqualTo(399);
  }

  /// The segments before it went because a frame of it was durable. An empty journal would begin
  /// the node's first era once more, on a disk that others know.
  @Test
  void anOldestSegmentWithoutItsFirstFrameIsDamaged() throws DamageException {
    var life = lifeOn(10);
    life.open();
    for (int i = 0; i < 60; i++) {
      put(life, 1000);
      while (!life.later.isEmpty()) {
        life.later.removeFirst().run();
      }
      life.journal().release(7, life.journal().durable());
    }
    var segments = life.disk.list("journal");
    var oldest = "journal/" + segments.getFirst();
    assertThat(oldest).isNotEqualTo("journal/0000000000000001");
    for (int at = 4096; at < 1 << 16; at += 4096) {
      life.disk.rot(oldest, at, 0);
    }
    segments.stream().skip(1).forEach(name -> life.disk.delete("journal/" + name));
    life.disk.open("journal/0000000000000001").close(); // before a gap
    life.disk.forceDirectory("journal");
    var before = life.disk.list("journal");

    var next = after(life);
    assertThatThrownBy(next::open)
        .isInstanceOf(DamageException.class)
        .hasMessageContaining(oldest + " is damaged at offset 4096");
    assertThat(next.disk.list("journal")).isEqualTo(before);
  }

  /// Names that were not forced survive a crash in any subset: what one life left unfinished must
  /// not get the name that the next one meant for its own.
  @Test
  void anUnfinishedSegmentNeverGetsTheNameOfAFinishedOne() throws DamageException {
    for (int seed = 0; seed < 50; seed++) {
      var first = lifeOn(seed);
      first.open();
      crashAt("write journal/0000000000000002.new", first);
      first.disk.crash(SimulatedDisk.Loss.NOTHING);
      assertThat(first.disk.list("journal")).contains("0000000000000002.new");

      var second = new Life(first.draw.split(), first.disk);
      second.open();
      crashAt("force directory journal", second);
      second.disk.crash(SimulatedDisk.Loss.SOME_WRITES);

      new Life(first.draw.split(), first.disk).open();
    }
  }

  private static void crashAt(String effect, Life life) {
    life.crashOn = effect;
    assertThatThrownBy(() -> life.later.removeFirst().run()).isInstanceOf(SimulatedCrash.class);
  }

  @Test
  void aRecordLargerThanASegmentMakesItGrow() throws DamageException {
    var life = lifeOn(7);
    life.open();
    put(life, 200_000);
    put(life, 10);
    var next = after(life);
    next.open();
    assertThat(next.found).containsExactly(0, 1);
  }

  @Test
  void filesOfAnotherDiskAreRefused() throws DamageException {
    var life = lifeOn(8);
    life.open();
    put(life, 100);
    var next = after(life);
    assertThatThrownBy(() ->
            Journal.open(
                (Disk) next.disk, new DiskId(1, 2), SMALL_SEGMENTS, (f, g, t, c) -> {}, next))
        .isInstanceOf(DamageException.class)
        .hasMessageContaining("head is not this journal's");
  }

  @Test
  void aFormatOfTheFutureIsNamed() throws DamageException {
    var life = lifeOn(9);
    life.open();
    life.disk.rot("journal/0000000000000001", 7, 1);
    assertThatThrownBy(after(life)::open)
        .isInstanceOf(DiskException.class)
        .hasMessageContaining("has format 3, and this version of Quorate reads format 1");
  }
}
