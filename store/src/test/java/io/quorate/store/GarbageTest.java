package io.quorate.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Whatever bytes an entry carries, every replica comes to the same state, and none stops.
class GarbageTest {
  private static final int COMMANDS = 100_000;

  private final Random random = new Random(3);
  private final DrawnRequests draw = new DrawnRequests(random);

  private Bytes command(long newest) {
    int type = random.nextInt(12) == 0 ? random.nextInt(256) : 1 + random.nextInt(3);
    var request =
        switch (type) {
          case 1 -> draw.put().toByteArray();
          case 2 -> draw.delete().toByteArray();
          case 3 -> draw.txn(newest).toByteArray();
          default -> new byte[random.nextInt(40)];
        };
    if (type > 3) {
      random.nextBytes(request);
    }
    if (random.nextInt(3) > 0) {
      request = RequestReaderTest.mutated(random, request, draw.put().toByteArray());
    }
    var command = new byte[5 + request.length];
    command[0] = (byte) type;
    System.arraycopy(request, 0, command, 5, request.length);
    return random.nextInt(50) == 0
        ? Bytes.of(command, 0, random.nextInt(command.length))
        : Bytes.of(command);
  }

  @Test
  void garbageComesToAnOutcomeAndToTheSameOneEverywhere() {
    var one = new StoreHarness();
    var other =
        new StoreHarness(
            new HeapEngines(), new KvStore.Limits(4_000, 3_000, 7, 2_000, 1 << 20, 10));
    int failed = 0;
    for (int i = 0; i < COMMANDS; i++) {
      var commands = List.of(command(one.store.revision()));
      long before = one.store.revision();
      var answer = one.entry(commands).getFirst();
      if (answer.failure() != null) {
        failed++;
        assertThat(one.store.revision()).isEqualTo(before);
      } else {
        assertThat(one.store.revision()).isBetween(before, before + 1);
      }
      var outcome = other.store.apply(commands.getFirst(), false);
      other.store.applied(new Point(one.index, 1), () -> Bytes.EMPTY);
      assertThat(StoreHarness.Answer.of(outcome).failure()).isEqualTo(answer.failure());
      assertThat(other.store.revision()).isEqualTo(one.store.revision());
      if (i % 64 == 0) {
        other.settle();
      }
      if (i % 20_000 == 0) {
        assertThat(one.store.digest()).isEqualTo(other.store.digest());
      }
    }
    one.settle();
    other.settle();
    assertThat(one.store.digest()).isEqualTo(other.store.digest());
    assertThat(failed).isBetween(COMMANDS / 10, COMMANDS * 9 / 10);
  }

  @Test
  void garbageIsNothingToFetchEither() {
    var store = new StoreHarness();
    for (int i = 0; i < 10_000; i++) {
      store.store.ready(List.of(command(1)), () -> {});
      store.settle();
    }
    assertThat(store.store.revision()).isEqualTo(1);
  }
}
