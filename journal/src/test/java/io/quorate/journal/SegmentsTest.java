package io.quorate.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.InvariantException;
import io.quorate.consensus.wire.Bytes;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Which files there are, and which frames they hold.
class SegmentsTest {
  private static final Bytes ID = new DiskId(0x0102030405060708L, -1).bytes();
  private static final int CAPACITY = 1 << 16;
  private static final long SPACE = 3 * Frame.SECTOR;

  private final HeapDisk disk = new HeapDisk();
  private final Segments segments = new Segments(disk, ID, CAPACITY);
  private long nextFrame = 1;

  SegmentsTest() {
    Segments.createFirst(disk, ID, CAPACITY);
    segments.found(new Segment(1, disk.open(Segment.name(1)), 1));
  }

  /// Adds frames to the current segment until no other fits.
  private void fill() {
    while (segments.current().hasRoomFor(SPACE)) {
      segments.current().add(segments.current().end(), SPACE);
      nextFrame++;
    }
  }

  private void roll() {
    segments.prepareNext();
    disk.workInBackground();
    assertThat(segments.roll(nextFrame)).isTrue();
  }

  @Test
  void aHeadNamesSegmentAndDisk() {
    var file = disk.file("journal/0000000000000001");
    assertThat(file.content).hasSize(CAPACITY);
    assertThat(HexFormat.of().formatHex(file.content, 0, 32))
        .isEqualTo(
            "51534547" // QSEG
                + "00000001" // format
                + "0000000000000001" // number
                + "0102030405060708ffffffffffffffff");
    assertThat(Segment.hasHead(file, 1, ID)).isTrue();
    assertThat(Segment.hasHead(file, 2, ID)).isFalse();
    assertThat(Segment.hasHead(file, 1, new DiskId(1, 2).bytes())).isFalse();
    assertThat(Segment.format(file)).isEqualTo(1);
  }

  @Test
  void everyBitOfAHeadCounts() {
    var file = disk.file("journal/0000000000000001");
    for (int at = 0; at < Frame.SECTOR; at++) {
      file.content[at] ^= 0x10;
      assertThat(Segment.hasHead(file, 1, ID)).as("byte %d", at).isFalse();
      file.content[at] ^= 0x10;
    }
    file.content[0] = 'X';
    assertThat(Segment.format(file)).isZero();
    file.content = new byte[7];
    assertThat(Segment.format(file)).isZero();
    assertThat(Segment.hasHead(file, 1, ID)).isFalse();
  }

  @Test
  void framesStandOneBehindTheOther() {
    fill();
    var segment = segments.current();
    assertThat(segment.lastFrame()).isEqualTo(5);
    assertThat(segment.end()).isEqualTo(Frame.SECTOR + 5 * SPACE);
    assertThat(segment.hasRoomFor(0)).isTrue();
    for (long frame = 1; frame <= 5; frame++) {
      assertThat(segment.holds(frame)).isTrue();
      assertThat(segment.offsetOf(frame)).isEqualTo(Frame.SECTOR + (frame - 1) * SPACE);
    }
    assertThat(segment.holds(0)).isFalse();
    assertThat(segment.holds(6)).isFalse();
  }

  @Test
  void theNextSegmentIsPreparedInTheBackground() {
    segments.prepareNext();
    segments.prepareNext();
    assertThat(segments.roll(1)).isFalse();
    disk.workInBackground();
    assertThat(disk.list("journal")).containsExactly("0000000000000001", "0000000000000002");
    fill();
    assertThat(segments.roll(nextFrame)).isTrue();
    assertThat(segments.current().number).isEqualTo(2);
    assertThat(segments.current().firstFrame()).isEqualTo(6);
    assertThat(segments.current().lastFrame()).isEqualTo(5);
    assertThat(segments.beforeCurrent().number).isEqualTo(1);
    assertThat(segments.roll(nextFrame)).isFalse();
  }

  @Test
  void aFrameIsFoundInItsSegment() {
    fill();
    roll();
    fill();
    assertThat(segments.holding(5).number).isEqualTo(1);
    assertThat(segments.holding(6).number).isEqualTo(2);
    assertThatThrownBy(() -> segments.holding(11))
        .isInstanceOf(InvariantException.class)
        .hasMessageContaining("frame 11 is not kept");
  }

  @Test
  void aSegmentGoesOnceAllItsFramesMay() {
    fill();
    roll();
    fill();
    segments.retireBefore(5);
    assertThat(segments.count()).isEqualTo(2);
    segments.retireBefore(6);
    assertThat(segments.count()).isEqualTo(1);
    assertThatThrownBy(() -> segments.holding(5)).isInstanceOf(InvariantException.class);
    segments.retireBefore(Long.MAX_VALUE);
    assertThat(segments.count()).as("the current one always stays").isEqualTo(1);
  }

  @Test
  void oneThatWentIsUsedAgain() {
    fill();
    roll();
    fill();
    var first = disk.file("journal/0000000000000001");
    segments.retireBefore(6);
    roll();
    assertThat(disk.list("journal")).containsExactly("0000000000000002", "0000000000000003");
    assertThat(disk.file("journal/0000000000000003")).isSameAs(first);
    assertThat(Segment.hasHead(first, 3, ID)).isTrue();
  }

  @Test
  void oneThatHadToGrowIsDeleted() {
    fill();
    var first = segments.current();
    first.file.write(CAPACITY, new byte[Frame.SECTOR], 0, Frame.SECTOR);
    roll();
    segments.retireBefore(nextFrame);
    assertThat(disk.list("journal")).containsExactly("0000000000000002");
  }
}
