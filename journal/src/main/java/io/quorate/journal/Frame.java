package io.quorate.journal;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What one flush writes: a head that places it, and a body of items.
///
/// | bytes | holds |
/// | --- | --- |
/// | 0–3 | `QFRM` |
/// | 4–7 | length of the body |
/// | 8–15 | number of the frame: 1, 2, 3 … over all segments |
/// | 16–23 | number of the segment |
/// | 24–31 | offset in the segment |
/// | 32–35 | checksum of the frame before |
/// | 36–43 | every frame with a lower number was durable when this one was written |
/// | 44–47 | zero |
/// | 48–51 | checksum: CRC32C of the disk id, bytes 0–47 and the body |
///
/// The checksum covers the place, so what a file held in an earlier life, or at another offset, is
/// never taken for a frame; and the disk id, so bytes that a client chose are not either.
///
/// @param number of the frame
/// @param offset in its segment
/// @param previous checksum of the frame before
/// @param proven every frame with a lower number was durable when this one was written
record Frame(long number, long offset, int previous, long proven, int checksum, Bytes body) {
  static final int HEAD = 52;

  /// A frame begins on a fresh sector, so that no write touches one that is already promised.
  static final int SECTOR = 4096;

  private static final int MAGIC = 0x5146524d;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /// Bytes on disk, up to the next sector.
  static long space(long bodyLength) {
    return (HEAD + bodyLength + SECTOR - 1) / SECTOR * SECTOR;
  }

  long end() {
    return offset + space(body.length());
  }

  /// Fills the head of a buffer whose body is complete.
  ///
  /// @return the checksum
  static int seal(
      WireWriter buffer, Bytes disk, long number, long segment, long offset, int previous) {
    int length = buffer.length() - HEAD;
    buffer.u32At(0, MAGIC);
    buffer.u32At(4, length);
    u64At(buffer, 8, number);
    u64At(buffer, 16, segment);
    u64At(buffer, 24, offset);
    buffer.u32At(32, previous);
    // One flush at a time: when this frame is written, all before it are durable.
    u64At(buffer, 36, number);
    buffer.u32At(44, 0);
    int checksum = checksum(disk, buffer.array(), length);
    buffer.u32At(48, checksum);
    return checksum;
  }

  private static void u64At(WireWriter buffer, int at, long value) {
    buffer.u32At(at, (int) (value >>> 32));
    buffer.u32At(at + 4, (int) value);
  }

  private static int checksum(Bytes disk, byte[] frame, int bodyLength) {
    var crc = new CRC32C();
    crc.update(disk.array(), disk.offset(), disk.length());
    crc.update(frame, 0, 48);
    crc.update(frame, HEAD, bodyLength);
    return (int) crc.getValue();
  }

  /// The frame at a place of a file, or null if no whole frame that was written for this place
  /// stands there.
  static @Nullable Frame read(Disk.File file, Bytes disk, long segment, long offset) {
    var head = new byte[HEAD];
    if (file.read(offset, head, 0, HEAD) < HEAD
        || (int) INT.get(head, 0) != MAGIC
        || (long) LONG.get(head, 16) != segment
        || (long) LONG.get(head, 24) != offset
        || (int) INT.get(head, 44) != 0) {
      return null;
    }
    int length = (int) INT.get(head, 4);
    if (length < 0 || length > file.length() - offset - HEAD) {
      return null;
    }
    var bytes = new byte[HEAD + length];
    if (file.read(offset, bytes, 0, bytes.length) < bytes.length) {
      return null;
    }
    int checksum = (int) INT.get(bytes, 48);
    if (checksum(disk, bytes, length) != checksum) {
      return null;
    }
    return new Frame(
        (long) LONG.get(bytes, 8),
        offset,
        (int) INT.get(bytes, 32),
        (long) LONG.get(bytes, 36),
        checksum,
        Bytes.of(bytes, HEAD, length));
  }
}
