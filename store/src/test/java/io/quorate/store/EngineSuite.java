package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.wire.Bytes;
import io.quorate.store.Engine.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every engine promises. Each kind of engine passes this one suite.
public abstract class EngineSuite {
  private static final Bytes A = Bytes.utf8("a");
  private static final Bytes B = Bytes.utf8("b");
  private static final Bytes C = Bytes.utf8("c");

  private Engines engines;
  private Engine engine;

  /// A place without any engine.
  protected abstract Engines place() throws Exception;

  /// Forgets all that was not flushed, as a crash does, and gives the place back.
  protected abstract Engines crash(Engines place, Engine running) throws Exception;

  @BeforeEach
  void open() throws Exception {
    engines = place();
    engine = engines.open("1");
  }

  @AfterEach
  void close() {
    engine.close();
  }

  private void crash() throws Exception {
    engines = crash(engines, engine);
    engine = engines.open("1");
  }

  private static Bytes bytes(int... values) {
    var array = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      array[i] = (byte) values[i];
    }
    return Bytes.of(array);
  }

  private void put(Family family, Bytes key, Bytes value) {
    var batch = new Batch();
    batch.put(family, key, value);
    engine.write(batch);
  }

  private static List<String> all(EngineView view, Family family, Bytes from, @Nullable Bytes to) {
    var seen = new ArrayList<String>();
    try (var cursor = view.cursor(family, from, to)) {
      for (; cursor.isValid(); cursor.next()) {
        seen.add(cursor.key() + "=" + cursor.value());
      }
    }
    return seen;
  }

  @Test
  void theFamiliesDoNotMix() {
    put(Family.IDX, A, B);

    assertThat(engine.get(Family.IDX, A)).isEqualTo(B);
    assertThat(engine.get(Family.REV, A)).isNull();
    assertThat(engine.get(Family.META, A)).isNull();
    assertThat(all(engine, Family.REV, Bytes.EMPTY, null)).isEmpty();
  }

  @Test
  void anEmptyValueIsAValue() {
    put(Family.REV, A, Bytes.EMPTY);

    assertThat(engine.get(Family.REV, A)).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void theLaterChangeOfAKeyInABatchCounts() {
    var batch = new Batch();
    batch.put(Family.IDX, A, B);
    batch.remove(Family.IDX, A);
    batch.put(Family.IDX, B, A);
    batch.put(Family.IDX, B, C);
    engine.write(batch);

    assertThat(all(engine, Family.IDX, Bytes.EMPTY, null)).containsExactly("b=c");
  }

  @Test
  void aPartOfAnArrayIsWrittenAsThatPart() {
    var frame = Bytes.utf8("xxkeyvaluexx");
    put(Family.IDX, frame.slice(2, 3), frame.slice(5, 5));

    assertThat(all(engine, Family.IDX, Bytes.EMPTY, null)).containsExactly("key=value");
  }

  @Test
  void keysAreOrderedAsUnsignedBytes() {
    for (var key : List.of(bytes(0xff), bytes(0x80), bytes(0x7f), bytes(0x7f, 0), bytes(0))) {
      put(Family.IDX, key, Bytes.EMPTY);
    }

    assertThat(all(engine, Family.IDX, Bytes.EMPTY, null))
        .containsExactly("\\x00=", "\\x7f=", "\\x7f\\x00=", "\\x80=", "\\xff=");
  }

  @Test
  void aCursorSeesFromItsFirstKeyToBeforeItsEnd() {
    for (var key : List.of("a", "b", "c", "d")) {
      put(Family.IDX, Bytes.utf8(key), A);
    }

    assertThat(all(engine, Family.IDX, B, Bytes.utf8("d"))).containsExactly("b=a", "c=a");
    assertThat(all(engine, Family.IDX, Bytes.utf8("bb"), null)).containsExactly("c=a", "d=a");
    assertThat(all(engine, Family.IDX, C, C)).isEmpty();
    assertThat(all(engine, Family.IDX, C, A)).isEmpty();
  }

  @Test
  void aCursorGoesWhereItIsSent() {
    for (var key : List.of("a", "c", "e")) {
      put(Family.IDX, Bytes.utf8(key), B);
    }
    try (var cursor = engine.cursor(Family.IDX, Bytes.EMPTY, Bytes.utf8("e"))) {
      cursor.seek(Bytes.utf8("b"));
      assertThat(cursor.key()).isEqualTo(C);
      cursor.seek(A);
      assertThat(cursor.key()).isEqualTo(A);
      cursor.seek(Bytes.utf8("d"));
      assertThat(cursor.isValid()).isFalse();
      cursor.seek(C);
      assertThat(cursor.value()).isEqualTo(B);
    }
  }

  @Test
  void aCursorKeepsToTheStateThatItBeganWith() {
    put(Family.IDX, A, A);
    try (var cursor = engine.cursor(Family.IDX, Bytes.EMPTY, null)) {
      put(Family.IDX, B, A);
      cursor.next();
      assertThat(cursor.isValid()).isFalse();
    }
  }

  @Test
  void aSnapshotStaysAsItWas() {
    put(Family.IDX, A, A);
    put(Family.REV, A, A);
    try (var snapshot = engine.snapshot()) {
      put(Family.IDX, A, B);
      put(Family.IDX, B, B);
      var batch = new Batch();
      batch.remove(Family.REV, A);
      engine.write(batch);
      engine.flush();

      assertThat(all(snapshot, Family.IDX, Bytes.EMPTY, null)).containsExactly("a=a");
      assertThat(snapshot.get(Family.REV, A)).isEqualTo(A);
      assertThat(snapshot.getAll(Family.IDX, List.of(B, A))).containsExactly(null, A);
    }
    assertThat(all(engine, Family.IDX, Bytes.EMPTY, null)).containsExactly("a=b", "b=b");
  }

  @Test
  void manyKeysAreReadInTheirOrder() {
    put(Family.IDX, A, B);
    put(Family.IDX, C, A);

    assertThat(engine.getAll(Family.IDX, List.of(C, B, A, C))).containsExactly(A, null, B, A);
    assertThat(engine.getAll(Family.IDX, List.of())).isEmpty();
  }

  @Test
  void aCrashLosesExactlyWhatWasNotFlushed() throws Exception {
    put(Family.IDX, A, A);
    put(Family.REV, A, A);
    put(Family.META, A, A);
    engine.flush();
    put(Family.META, A, B);
    put(Family.REV, B, B);

    crash();

    assertThat(all(engine, Family.IDX, Bytes.EMPTY, null)).containsExactly("a=a");
    assertThat(all(engine, Family.REV, Bytes.EMPTY, null)).containsExactly("a=a");
    assertThat(all(engine, Family.META, Bytes.EMPTY, null)).containsExactly("a=a");
  }

  @Test
  void whatIsDurableCanBeAskedBeforeTheCrash() throws Exception {
    assertThat(engine.durable(A)).isNull();
    put(Family.META, A, A);
    assertThat(engine.durable(A)).isNull();
    engine.flush();
    put(Family.META, A, B);

    assertThat(engine.durable(A)).isEqualTo(A);
    assertThat(engine.get(Family.META, A)).isEqualTo(B);
    crash();
    assertThat(engine.durable(A)).isEqualTo(A);
    assertThat(engine.get(Family.META, A)).isEqualTo(A);
  }

  @Test
  void directoriesAreApartAndGoWhenDeleted() {
    put(Family.META, A, A);
    try (var other = engines.open("2-7")) {
      assertThat(other.get(Family.META, A)).isNull();
      assertThat(engines.list()).containsExactly("1", "2-7");
    }
    engines.delete("2-7");
    engines.delete("3");

    assertThat(engines.list()).containsExactly("1");
  }

  @Test
  void sizesGrowWithWhatIsHeld() {
    long before = engine.bytesInUse();
    for (int i = 0; i < 1000; i++) {
      put(Family.REV, bytes(i >> 8, i), Bytes.of(new byte[1000]));
    }
    engine.flush();

    assertThat(engine.bytesOnDisk()).isGreaterThan(0);
    assertThat(engine.bytesInUse()).isGreaterThan(before);
  }

  @Test
  void itHoldsWhatAPlainMapWouldHold() throws Exception {
    var random = new Random(7);
    var model = new TreeMap<Bytes, Bytes>();
    var flushed = new TreeMap<Bytes, Bytes>();
    for (int round = 0; round < 300; round++) {
      var batch = new Batch();
      for (int i = random.nextInt(20); i >= 0; i--) {
        var key = bytes(random.nextInt(8) * 32, random.nextInt(40));
        if (random.nextInt(3) == 0) {
          batch.remove(Family.IDX, key);
          model.remove(key);
        } else {
          var value = bytes(random.nextInt(256));
          batch.put(Family.IDX, key, value);
          model.put(key, value);
        }
      }
      engine.write(batch);
      if (random.nextInt(20) == 0) {
        engine.flush();
        flushed = new TreeMap<>(model);
      }
      if (random.nextInt(60) == 0) {
        crash();
        model = new TreeMap<>(flushed);
      }
      var from = bytes(random.nextInt(256), random.nextInt(40));
      var to = bytes(random.nextInt(256));
      var expected =
          from.compareTo(to) > 0
              ? List.<String>of()
              : model.subMap(from, to).entrySet().stream()
                  .map(entry -> entry.getKey() + "=" + entry.getValue())
                  .toList();
      assertThat(all(engine, Family.IDX, from, to)).isEqualTo(expected);
    }
  }
}
