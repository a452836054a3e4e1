package io.quorate.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EraTest {
  private static final ReplicaId A = new ReplicaId(1, 1);
  private static final ReplicaId B = new ReplicaId(-1, 2);
  private static final ReplicaId C = new ReplicaId(-1, 3);

  private static final Era PLAIN = Era.first("raft", List.of(B, A));
  private static final Era FULL =
      new Era(
              7,
              "zab",
              900,
              List.of(A, B),
              List.of(C),
              A,
              12,
              3,
              new Era.Options(1, 2, 900, 3, true))
          .withOrigin(Long.MAX_VALUE);

  @Test
  void whatIsWrittenIsRead() throws Exception {
    for (var era : List.of(PLAIN, FULL)) {
      assertThat(Era.CODEC.decode(Era.CODEC.encode(era))).isEqualTo(era);
    }
  }

  @Test
  void membersStandInUnsignedOrderAndOnce() {
    assertThat(PLAIN.voters()).containsExactly(A, B);
    for (var voters : List.of(List.of(B, A), List.of(A, A), List.<ReplicaId>of())) {
      assertThatThrownBy(
              () -> new Era(1, "raft", 0, voters, List.of(), null, 0, 0, Era.Options.DEFAULT))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /// An era of one voter with one option.
  private static Bytes withOption(long seat, long value) {
    var out = new WireWriter();
    out.raw(Era.CODEC.encode(Era.first("raft", List.of(A))));
    out.truncate(out.length() - 1);
    out.varint(1);
    out.varint(seat);
    out.varint(value);
    return out.toBytes();
  }

  @Test
  void anOptionHasItsSeat() throws Exception {
    assertThat(Era.CODEC.decode(withOption(2, 5)).options())
        .isEqualTo(new Era.Options(0, 5, 0, 0, false));
    assertThat(Era.CODEC.decode(withOption(4, 1)).options())
        .isEqualTo(new Era.Options(0, 0, 0, 0, true));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "7, 1", "9223372036854775807, 1"})
  void anUnknownOptionIsRefused(long seat, long value) {
    assertThatThrownBy(() -> Era.CODEC.decode(withOption(seat, value)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("era 1 has option %d: this node is too old to take part", seat);
  }

  @ParameterizedTest
  @CsvSource({"1, 2147483648", "2, 4294967296", "3, 9223372036854775807", "4, 2", "5, 2147483648"})
  void anOptionThatDoesNotFitIsNeverGuessed(long seat, long value) {
    assertThatThrownBy(() -> Era.CODEC.decode(withOption(seat, value)))
        .isInstanceOf(MalformedException.class)
        .hasMessage("era 1 has %d as option %d: this node is too old to take part", value, seat);
  }

  @ParameterizedTest
  @CsvSource({"900, 0", "0, 3", "900, 500000", "-1, 3", "900, -3", "3600001, 3"})
  void leasesNeedABoundOnDriftAndOnlyThey(int millis, int driftPpm) {
    assertThatThrownBy(() -> Era.Options.DEFAULT.withLeases(millis, driftPpm))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("leases of " + millis + " ms");
  }

  /// A lease without a bound cannot be read.
  @Test
  void optionsThatDoNotGoTogetherAreNoEra() {
    assertThatThrownBy(() -> Era.CODEC.decode(withOption(5, 900)))
        .isInstanceOf(MalformedException.class)
        .hasMessageStartingWith("no era: leases of 900 ms");
  }

  @Test
  void anyOtherBytesAreRefused() {
    var random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      var bytes = Era.CODEC.encode(random.nextBoolean() ? PLAIN : FULL).toArray();
      for (int j = 1 + random.nextInt(3); j > 0; j--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        var read = Era.CODEC.decode(Bytes.of(bytes, 0, bytes.length - random.nextInt(2)));
        assertThat(Era.CODEC.decode(Era.CODEC.encode(read))).isEqualTo(read);
      } catch (MalformedException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }
}
