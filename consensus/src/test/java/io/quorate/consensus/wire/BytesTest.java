package io.quorate.consensus.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytesTest {
  /// The same content as the given array, somewhere within a larger one.
  private static Bytes within(byte[] content, Random random) {
    int before = random.nextInt(4);
    var larger = new byte[before + content.length + random.nextInt(4)];
    random.nextBytes(larger);
    System.arraycopy(content, 0, larger, before, content.length);
    return Bytes.of(larger, before, content.length);
  }

  private static byte[] drawn(Random random) {
    // Few different bytes, so that runs often share their beginning.
    var content = new byte[random.nextInt(5)];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (random.nextInt(3) - 1);
    }
    return content;
  }

  @Test
  void aViewIsItsContentWhereverItLies() {
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      var a = drawn(random);
      var b = drawn(random);
      var left = within(a, random);
      var right = within(b, random);
      assertThat(left.equals(right)).isEqualTo(Arrays.equals(a, b));
      assertThat(left.hashCode()).isEqualTo(within(a, random).hashCode());
      assertThat(Integer.signum(left.compareTo(right)))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(a, b)));
      assertThat(left.startsWith(right))
          .isEqualTo(a.length >= b.length && Arrays.equals(Arrays.copyOf(a, b.length), b));
      assertThat(left.toArray()).isEqualTo(a);
      assertThat(left.compact()).isEqualTo(left);
      assertThat(left.compact().array()).hasSize(a.length);
      assertThat(left.asByteBuffer()).isEqualTo(java.nio.ByteBuffer.wrap(a));
    }
  }

  @Test
  void aSliceIsAPartOfIt() {
    var random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      var content = drawn(random);
      var bytes = within(content, random);
      int from = random.nextInt(7) - 1;
      int count = random.nextInt(7) - 1;
      if (from >= 0 && count >= 0 && from + count <= content.length) {
        assertThat(bytes.slice(from, count).toArray())
            .isEqualTo(Arrays.copyOfRange(content, from, from + count));
        assertThat(bytes.from(from).length()).isEqualTo(content.length - from);
      } else {
        assertThatThrownBy(() -> bytes.slice(from, count))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void nothingOutsideIsReached() {
    var bytes = Bytes.of(new byte[] {1, 2, 3, 4}, 1, 2);
    assertThat(bytes.at(1)).isEqualTo((byte) 3);
    for (int index : new int[] {-1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> bytes.at(index)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> bytes.slice(index, 1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> bytes.slice(1, index)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> Bytes.of(new byte[1], index, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(bytes.asByteBuffer().isReadOnly()).isTrue();
  }

  @Test
  void peopleReadWhatCanBePrinted() {
    assertThat(Bytes.utf8("key/1 \\ ä\n")).hasToString("key/1 \\x5c \\xc3\\xa4\\x0a");
    assertThat(Bytes.utf8("x".repeat(64))).hasToString("x".repeat(64));
    assertThat(Bytes.utf8("x".repeat(65))).hasToString("x".repeat(64) + "… (65 bytes)");
    assertThat(Bytes.utf8("ä€𝒏").toUtf8()).isEqualTo("ä€𝒏");
  }
}
