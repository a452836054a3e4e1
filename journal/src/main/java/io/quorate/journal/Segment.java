package io.quorate.journal;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// One file of the journal: a head of one sector, then frames.
///
/// | bytes | holds |
/// | --- | --- |
/// | 0–3 | `QSEG` |
/// | 4–7 | format version |
/// | 8–15 | number of the segment: 1, 2, 3 … |
/// | 16–31 | disk id |
/// | 32–35 | checksum: CRC32C of bytes 0–31 |
final class Segment {
  static final int FORMAT = 1;
  private static final int MAGIC = 0x5153_4547;

  final long number;
  final String name;
  final Disk.File file;

  private final long firstFrame;
  private final long length;
  private int[] sectors = new int[64];
  private int frames;
  private long end = Frame.SECTOR;

  /// @param firstFrame the number of the frame that is or will be its first
  Segment(long number, Disk.File file, long firstFrame) {
    this.number = number;
    this.name = name(number);
    this.file = file;
    this.firstFrame = firstFrame;
    this.length = file.length();
  }

  static String name(long number) {
    return "%s/%016x".formatted(Segments.DIRECTORY, number);
  }

  static Bytes head(long number, Bytes disk) {
    var out = new WireWriter(Frame.SECTOR);
    out.u32(MAGIC);
    out.u32(FORMAT);
    out.u64(number);
    out.raw(disk);
    var crc = new CRC32C();
    crc.update(out.array(), 0, out.length());
    out.u32((int) crc.getValue());
    out.zeros(Frame.SECTOR - out.length());
    return out.toBytes();
  }

  /// Whether the file begins with the head that it must have.
  static boolean hasHead(Disk.File file, long number, Bytes disk) {
    var found = new byte[Frame.SECTOR];
    return file.read(0, found, 0, found.length) == found.length
        && Bytes.of(found).equals(head(number, disk));
  }

  /// The format that the file says it has, if it is a segment at all; else 0.
  static int format(Disk.File file) {
    var head = new byte[8];
    if (file.read(0, head, 0, 8) < 8
        || !Arrays.equals(head, 0, 4, new byte[] {'Q', 'S', 'E', 'G'}, 0, 4)) {
      return 0;
    }
    return (head[4] & 0xff) << 24
        | (head[5] & 0xff) << 16
        | (head[6] & 0xff) << 8
        | (head[7] & 0xff);
  }

  long firstFrame() {
    return firstFrame;
  }

  /// The number of its last frame; one below the first if it has none.
  long lastFrame() {
    return firstFrame + frames - 1;
  }

  /// Where the next frame begins.
  long end() {
    return end;
  }

  /// Whether that fits into the length that was prepared.
  boolean hasRoomFor(long space) {
    return end + space <= length;
  }

  void add(long offset, long space) {
    if (frames == sectors.length) {
      sectors = Arrays.copyOf(sectors, frames * 2);
    }
    sectors[frames++] = (int) (offset / Frame.SECTOR);
    end = offset + space;
  }

  boolean holds(long frame) {
    return frame >= firstFrame && frame <= lastFrame();
  }

  long offsetOf(long frame) {
    return (long) sectors[(int) (frame - firstFrame)] * Frame.SECTOR;
  }
}
