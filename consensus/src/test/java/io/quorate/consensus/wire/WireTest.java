package io.quorate.consensus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class WireTest {
  private interface Step {
    void read(WireReader in) throws MalformedException;
  }

  private static final long[] NUMBERS = {
    0, 1, 127, 128, 16_383, 16_384, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1
  };

  private static WireReader reader(String hex) {
    return new WireReader(Bytes.of(HexFormat.of().parseHex(hex)));
  }

  private static void malformed(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call).isInstanceOf(MalformedException.class).hasMessage(sentence);
  }

  /// Writes one value of some kind, and says how it is read again.
  private static Step write(Random random, WireWriter out) {
    long number =
        random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : random.nextLong();
    var bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    return switch (random.nextInt(9)) {
      case 0 -> {
        out.u8((int) number);
        yield in -> assertThat(in.u8()).isEqualTo((int) (number & 0xff));
      }
      case 1 -> {
        out.bool(number < 0);
        yield in -> assertThat(in.bool()).isEqualTo(number < 0);
      }
      case 2 -> {
        out.u32((int) number);
        yield in -> assertThat(in.u32()).isEqualTo((int) number);
      }
      case 3 -> {
        out.u64(number);
        yield in -> assertThat(in.u64()).isEqualTo(number);
      }
      case 4 -> {
        out.varint(number);
        yield in -> assertThat(in.varint()).isEqualTo(number);
      }
      case 5 -> {
        out.varint(number >>> 1);
        yield in -> assertThat(in.count()).isEqualTo(number >>> 1);
      }
      case 6 -> {
        out.bytes(Bytes.of(bytes));
        yield in -> assertThat(in.bytes()).isEqualTo(Bytes.of(bytes));
      }
      case 7 -> {
        out.raw(Bytes.of(bytes));
        yield in -> assertThat(in.raw(bytes.length)).isEqualTo(Bytes.of(bytes));
      }
      default -> {
        var text = "ä€𝒏".repeat(bytes.length);
        out.string(text);
        yield in -> assertThat(in.string()).isEqualTo(text);
      }
    };
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    var random = new Random(1);
    var out = new WireWriter(0);
    for (int round = 0; round < 500; round++) {
      out.clear();
      var steps = new ArrayList<Step>();
      for (int i = random.nextInt(20); i > 0; i--) {
        steps.add(write(random, out));
      }
      var in = new WireReader(out.toBytes());
      for (var step : steps) {
        step.read(in);
      }
      in.expectEnd();
    }
  }

  @Test
  void whatEndsTooEarlyIsMalformed() {
    var random = new Random(2);
    for (int round = 0; round < 2_000; round++) {
      var out = new WireWriter();
      var step = write(random, out);
      if (out.length() == 0) {
        continue;
      }
      var shorter = out.toBytes().slice(0, random.nextInt(out.length()));
      assertThatThrownBy(() -> step.read(new WireReader(shorter)))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void theFormIsTheSameForEver() {
    var out = new WireWriter();
    out.u8(0xfe);
    out.bool(true);
    out.u32(0x01020304);
    out.u64(0x0102030405060708L);
    out.varint(300);
    out.varint(-1);
    out.string("ä");
    out.zeros(2);
    assertThat(HexFormat.of().formatHex(out.toBytes().toArray()))
        .isEqualTo(
            "fe"
                + "01"
                + "01020304"
                + "0102030405060708"
                + "ac02"
                + "ffffffffffffffffff01"
                + "02c3a4"
                + "0000");
  }

  @Test
  void aReaderStaysWithinItsBytes() throws Exception {
    var in = new WireReader(Bytes.of(new byte[] {9, 1, 2, 9}, 1, 2));
    assertThat(in.remaining()).isEqualTo(2);
    malformed(in::expectEnd, "2 bytes too many at the end");
    malformed(in::u32, "ends 2 bytes too early");
    assertThat(in.raw(2)).isEqualTo(Bytes.of(new byte[] {1, 2}));
    malformed(in::u8, "ends 1 bytes too early");
    in.expectEnd();
  }

  @Test
  void aNumberHasAtMost64Bits() throws Exception {
    assertThat(reader("ffffffffffffffffff01").varint()).isEqualTo(-1);
    malformed(() -> reader("ffffffffffffffffff02").varint(), "a number of more than 64 bits");
    malformed(() -> reader("80808080808080808080").varint(), "a number of more than 64 bits");
    malformed(() -> reader("80").varint(), "ends 1 bytes too early");
    malformed(
        () -> reader("ffffffffffffffffff01").count(), "a count above 2^63: 18446744073709551615");
  }

  @Test
  void aSizeIsNeverMoreThanCanFollow() throws Exception {
    assertThat(reader("02" + "00000000").size(2)).isEqualTo(2);
    malformed(() -> reader("03" + "00000000").size(2), "claims 3 items in 4 bytes");
    malformed(() -> reader("ffffffff0f").bytes(), "claims 4294967295 items in 0 bytes");
    malformed(
        () -> reader("ffffffffffffffffff01" + "00").bytes(),
        "claims 18446744073709551615 items in 1 bytes");
    malformed(() -> reader("00").raw(-1), "a length below zero: -1");
  }

  @Test
  void aTruthIsZeroOrOne() {
    malformed(() -> reader("02").bool(), "neither true nor false: 2");
  }

  @Test
  void textIsUtf8() {
    for (var hex : List.of("01" + "ff", "02" + "c0af", "03" + "eda080", "01" + "c3")) {
      assertThatThrownBy(() -> reader(hex).string())
          .isInstanceOf(MalformedException.class)
          .hasMessageStartingWith("text that is not UTF-8: ");
    }
  }

  @Test
  void whatIsKnownLaterIsWrittenLater() {
    var out = new WireWriter(0);
    out.u32(0);
    out.string("body");
    out.u32At(0, out.length() - 4);
    assertThat(HexFormat.of().formatHex(out.toBytes().toArray()))
        .isEqualTo("00000005" + "04626f6479");
    for (int at : new int[] {-1, out.length() - 3, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> out.u32At(at, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
    out.truncate(4);
    assertThat(out.length()).isEqualTo(4);
    assertThatThrownBy(() -> out.truncate(5)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aWriterIsUsedAgain() {
    var out = new WireWriter(4);
    out.raw(Bytes.utf8("longer than four"));
    var first = out.toBytes();
    out.clear();
    out.zeros(16);
    assertThat(first).isEqualTo(Bytes.utf8("longer than four"));
    assertThat(out.toBytes().toArray()).isEqualTo(new byte[16]);
    assertThat(Arrays.copyOf(out.array(), out.length())).isEqualTo(new byte[16]);
  }
}
