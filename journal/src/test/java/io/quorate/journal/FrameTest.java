package io.quorate.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A frame is read where it was written, whole, or not at all.
class FrameTest {
  private static final Bytes DISK = new DiskId(0x0102030405060708L, -1).bytes();
  private static final long NUMBER = 7;
  private static final long SEGMENT = 3;
  private static final long OFFSET = 8192;
  private static final int PREVIOUS = 0xcafe;
  private static final Bytes BODY = Bytes.utf8("some items");

  private static WireWriter sealed(Bytes body) {
    var buffer = new WireWriter();
    buffer.zeros(Frame.HEAD);
    buffer.raw(body);
    Frame.seal(buffer, DISK, NUMBER, SEGMENT, OFFSET, PREVIOUS);
    return buffer;
  }

  private static HeapDisk.HeapFile fileWith(WireWriter frame, long offset) {
    var file = new HeapDisk.HeapFile();
    file.write(offset, frame.array(), 0, frame.length());
    return file;
  }

  private static HeapDisk.HeapFile file() {
    return fileWith(sealed(BODY), OFFSET);
  }

  @Test
  void whatIsSealedIsRead() {
    var buffer = new WireWriter();
    buffer.zeros(Frame.HEAD);
    buffer.raw(BODY);
    int checksum = Frame.seal(buffer, DISK, NUMBER, SEGMENT, OFFSET, PREVIOUS);
    assertThat(Frame.read(fileWith(buffer, OFFSET), DISK, SEGMENT, OFFSET))
        .isEqualTo(new Frame(NUMBER, OFFSET, PREVIOUS, NUMBER, checksum, BODY));
  }

  @Test
  void aFrameMayBeEmpty() {
    var frame = Frame.read(fileWith(sealed(Bytes.EMPTY), OFFSET), DISK, SEGMENT, OFFSET);
    assertThat(frame).isNotNull().extracting(Frame::body).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void theFormIsTheSameForEver() {
    var frame = sealed(BODY);
    assertThat(HexFormat.of().formatHex(frame.array(), 0, 48))
        .isEqualTo(
            "5146524d" // QFRM
                + "0000000a" // length of the body
                + "0000000000000007" // number
                + "0000000000000003" // segment
                + "0000000000002000" // offset
                + "0000cafe" // checksum of the frame before
                + "0000000000000007" // proven
                + "00000000");
    assertThat(HexFormat.of().formatHex(frame.array(), 48, Frame.HEAD)).isEqualTo("d9b2b67c");
  }

  @ParameterizedTest
  @CsvSource({"0, 4096", "4044, 4096", "4045, 8192", "1073741824, 1073745920"})
  void aFrameTakesWholeSectors(long body, long space) {
    assertThat(Frame.space(body)).isEqualTo(space);
  }

  @Test
  void everyBitCounts() {
    var file = file();
    for (int at = (int) OFFSET; at < file.content.length; at++) {
      for (int bit = 0; bit < 8; bit++) {
        file.content[at] ^= (byte) (1 << bit);
        assertThat(Frame.read(file, DISK, SEGMENT, OFFSET)).as("bit %d of %d", bit, at).isNull();
        file.content[at] ^= (byte) (1 << bit);
      }
    }
    assertThat(Frame.read(file, DISK, SEGMENT, OFFSET)).isNotNull();
  }

  @Test
  void aFrameThatWasCutOffIsNone() {
    var whole = file().content;
    for (int length = 0; length < whole.length; length++) {
      var file = new HeapDisk.HeapFile();
      file.content = Arrays.copyOf(whole, length);
      assertThat(Frame.read(file, DISK, SEGMENT, OFFSET)).as("cut to %d", length).isNull();
    }
  }

  @Test
  void aFrameCountsAtItsPlaceOnly() {
    var file = file();
    assertThat(Frame.read(file, DISK, SEGMENT + 1, OFFSET)).isNull();
    assertThat(Frame.read(file, new DiskId(1, 2).bytes(), SEGMENT, OFFSET)).isNull();
    for (long offset : new long[] {0, OFFSET - 1, OFFSET + 1, OFFSET + 4096, Long.MAX_VALUE / 2}) {
      assertThat(Frame.read(file, DISK, SEGMENT, offset)).as("at %d", offset).isNull();
    }
    var moved = fileWith(sealed(BODY), OFFSET + Frame.SECTOR);
    assertThat(Frame.read(moved, DISK, SEGMENT, OFFSET + Frame.SECTOR)).isNull();
  }

  @Test
  void noiseIsNoFrame() {
    var random = new Random(1);
    var file = file();
    for (int i = 0; i < 20_000; i++) {
      var head = new byte[8 + random.nextInt(60)];
      random.nextBytes(head);
      // Past the magic, so that the length and what follows are looked at.
      file.write(OFFSET + 4, head, 0, head.length);
      assertThat(Frame.read(file, DISK, SEGMENT, OFFSET)).isNull();
    }
  }
}
