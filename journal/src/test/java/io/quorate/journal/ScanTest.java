package io.quorate.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a start makes of the files that it finds. (Crashes in the middle of writes are the
/// simulator's.)
class ScanTest {
  private static final Bytes ID = new DiskId(1, 2).bytes();
  private static final int CAPACITY = 1 << 16;

  private final HeapDisk disk = new HeapDisk();
  private final List<String> found = new ArrayList<>();
  private long nextFrame = 1;
  private int previous;

  private static Bytes item(String content) {
    var out = new WireWriter();
    out.varint(300);
    out.u8(9);
    out.u32(content.length());
    out.raw(Bytes.utf8(content));
    return out.toBytes();
  }

  private void segment(long number) {
    var file = disk.open(Segment.name(number));
    file.zeroFill(0, CAPACITY, false);
    var head = Segment.head(number, ID);
    file.write(0, head.array(), head.offset(), head.length());
  }

  private void frame(long segment, int sector, Bytes body) {
    var buffer = new WireWriter();
    buffer.zeros(Frame.HEAD);
    buffer.raw(body);
    long offset = (long) sector * Frame.SECTOR;
    previous = Frame.seal(buffer, ID, nextFrame++, segment, offset, previous);
    disk.file(Segment.name(segment)).write(offset, buffer.array(), 0, buffer.length());
  }

  private Scan scan() throws DamageException {
    found.clear();
    var scan =
        new Scan(
            disk,
            ID,
            new Segments(disk, ID, CAPACITY),
            (frame, group, type, content) ->
                found.add("%d %d %d %s".formatted(frame, group, type, content)));
    scan.run();
    return scan;
  }

  @Test
  void itemsComeInOrderOverAllSegments() throws Exception {
    segment(1);
    frame(1, 1, Bytes.EMPTY);
    var both = new WireWriter();
    both.raw(item("a"));
    both.raw(item(""));
    frame(1, 2, both.toBytes());
    segment(2);
    frame(2, 1, item("b"));
    var scan = scan();
    assertThat(found).containsExactly("2 300 9 a", "2 300 9 ", "3 300 9 b");
    assertThat(scan.nextFrame()).isEqualTo(4);
    assertThat(scan.previous()).isEqualTo(previous);
  }

  @Test
  void aJournalMayBeginLater() throws Exception {
    nextFrame = 70;
    previous = 12345;
    segment(9);
    frame(9, 1, item("a"));
    assertThat(scan().nextFrame()).isEqualTo(71);
    assertThat(found).containsExactly("70 300 9 a");
  }

  @Test
  void anEmptyJournalBeginsAtOne() throws Exception {
    segment(1);
    assertThat(scan().nextFrame()).isEqualTo(1);
  }

  @Test
  void noJournalAtAllIsDamage() {
    assertThatThrownBy(this::scan)
        .isInstanceOf(DamageException.class)
        .hasMessageContaining("there is no journal, though the directory has an identity");
  }

  @Test
  void whatIsBeforeAGapWasBeingCleanedAway() throws Exception {
    segment(1);
    frame(1, 1, item("old"));
    segment(3);
    frame(3, 1, item("a"));
    segment(4);
    frame(4, 1, item("b"));
    scan();
    assertThat(found).containsExactly("2 300 9 a", "3 300 9 b");
    assertThat(disk.list("journal")).containsExactly("0000000000000003", "0000000000000004");
  }

  @Test
  void aFileThatWasNeverFinishedGoes() throws Exception {
    segment(1);
    disk.open("journal/0000000000000002.new");
    scan();
    assertThat(disk.list("journal")).containsExactly("0000000000000001");
  }

  @Test
  void onePreparedSegmentStays() throws Exception {
    segment(1);
    frame(1, 1, item("a"));
    segment(2);
    segment(3);
    assertThat(scan().nextFrame()).isEqualTo(2);
    assertThat(disk.list("journal")).containsExactly("0000000000000001", "0000000000000002");
  }

  @Test
  void aTornTailIsOverwrittenWithZeros() throws Exception {
    segment(1);
    frame(1, 1, item("a"));
    frame(1, 2, item("b"));
    var content = disk.file(Segment.name(1)).content;
    content[2 * Frame.SECTOR + 20] ^= 1;
    content[CAPACITY - 1] = 1;
    assertThat(scan().nextFrame()).isEqualTo(2);
    assertThat(found).containsExactly("1 300 9 a");
    int tail = CAPACITY - 2 * Frame.SECTOR;
    assertThat(Bytes.of(content, 2 * Frame.SECTOR, tail)).isEqualTo(Bytes.of(new byte[tail]));
    assertThat(scan().nextFrame()).as("once more").isEqualTo(2);
  }

  @Test
  void damageIsNamedFromWhereverItIsProven() {
    segment(1);
    frame(1, 1, item("a"));
    frame(1, 2, item("b"));
    segment(2);
    frame(2, 1, item("c"));
    disk.file(Segment.name(1)).content[2 * Frame.SECTOR + Frame.HEAD] ^= 1;
    var before = Bytes.of(disk.file(Segment.name(1)).content.clone());
    assertThatThrownBy(this::scan)
        .isInstanceOf(DamageException.class)
        .hasMessageContaining("journal/0000000000000001 is damaged at offset 8192")
        .hasMessageContaining("frame 2 is not whole, and frame 3 in journal/0000000000000002");
    assertThat(Bytes.of(disk.file(Segment.name(1)).content))
        .as("nothing is repaired")
        .isEqualTo(before);
  }

  @Test
  void aFrameThatDoesNotFollowIsNotTaken() throws Exception {
    segment(1);
    frame(1, 1, item("a"));
    previous++;
    frame(1, 2, item("of another life"));
    assertThat(scan().nextFrame()).isEqualTo(2);
    assertThat(found).containsExactly("1 300 9 a");
  }

  @Test
  void aSegmentOfANewerFormatIsNamed() {
    segment(1);
    disk.file(Segment.name(1)).content[7] = 2;
    assertThatThrownBy(this::scan)
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "journal/0000000000000001 has format 2, and this version of Quorate reads format 1: run"
                + " the version that wrote it, or a newer one");
  }

  @Test
  void aWholeFrameOfAnotherVersionIsNamed() {
    segment(1);
    frame(1, 1, Bytes.of(new byte[] {1, 9, 0, 0, 0, 5, 'x'}));
    assertThatThrownBy(this::scan)
        .isInstanceOf(DiskException.class)
        .hasMessage(
            "journal/0000000000000001 holds at offset 4096 what this version cannot read: ends 4"
                + " bytes too early; run the version that wrote it, or a newer one");
  }

  @Test
  void anyBodyIsReadOrRefused() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      var body = item("some content").toArray();
      for (int j = 1 + random.nextInt(3); j > 0; j--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt();
      }
      var frame = new Frame(1, 0, 0, 1, 0, Bytes.of(body, 0, body.length - random.nextInt(2)));
      try {
        Scan.Items.forEach(
            frame, (number, group, type, content) -> assertThat(group).isNotNegative());
      } catch (MalformedException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }
}
