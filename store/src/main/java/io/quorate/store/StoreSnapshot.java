package io.quorate.store;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.replica.Worker;
import java.security.MessageDigest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A snapshot of a store in the form of a file ([SnapshotFormat]), part by part. Its size is known
/// before the first part: all of it is read twice, which costs no room, and the second time it is
/// the same. Belongs to the loop; the work is the reader's.
public final class StoreSnapshot {
  /// Bytes in one part (etcd-M13).
  static final int PART = 32 << 10;

  private static final int PIECE = 64 << 10;

  /// How much is measured in one go, so that other reads need not wait long.
  private static final long MEASURED_TOGETHER = 4 << 20;

  /// A part of the file.
  ///
  /// @param remaining bytes behind it, without the trailer
  /// @param last whether this is the trailer
  public record Part(Bytes bytes, long remaining, boolean last) {}

  private final StoreImage image;
  private final Bytes beginning;
  private final Worker reader;
  private final MessageDigest digest = SnapshotFormat.digest();

  private long size;
  private long sent;
  private @Nullable Bytes at;
  private boolean begun;
  private boolean ended;
  private boolean reading;
  private boolean closed;

  StoreSnapshot(StoreImage image, SnapshotFormat.Head head, Worker reader) {
    this.image = image;
    this.beginning = SnapshotFormat.beginning(head);
    this.reader = reader;
    this.size = beginning.length();
  }

  /// Finds out the size, which must be done first. Does not call back once it is closed.
  public void measure(Runnable then) {
    reading = true;
    reader.run(
        this::measureSome,
        () -> {
          reading = false;
          if (closed) {
            image.close();
          } else if (ended) {
            ended = false;
            then.run();
          } else {
            measure(then);
          }
        });
  }

  private void measureSome() {
    long end = size + MEASURED_TOGETHER;
    while (!ended && size < end) {
      var piece = image.next(PIECE);
      if (piece == null) {
        ended = true;
        size += SnapshotFormat.end(size).length();
        image.rewind();
      } else {
        size += 4 + piece.length();
      }
    }
  }

  /// Bytes of the file, without the trailer.
  public long size() {
    return size;
  }

  /// Hands the next part over, on the loop; behind the trailer there is none.
  public void next(Consumer<Part> then) {
    var read =
        new Runnable() {
          private @Nullable Part part;

          @Override
          public void run() {
            part = read();
          }

          Part part() {
            if (part == null) {
              throw new IllegalStateException("nothing was read");
            }
            return part;
          }
        };
    reading = true;
    reader.run(
        read,
        () -> {
          reading = false;
          if (closed) {
            image.close();
          } else {
            then.accept(read.part());
          }
        });
  }

  private Part read() {
    if (sent == size) {
      return new Part(Bytes.of(digest.digest()), 0, true);
    }
    var out = new WireWriter(PART);
    while (out.length() < PART && sent + out.length() < size) {
      var source = source(size - sent - out.length());
      int taken = Math.min(source.length(), PART - out.length());
      out.raw(source.slice(0, taken));
      at = source.from(taken);
    }
    var bytes = out.toBytes();
    digest.update(bytes.array(), bytes.offset(), bytes.length());
    sent += bytes.length();
    return new Part(bytes, size - sent, false);
  }

  /// What comes next of the file: at least one byte.
  ///
  /// @param left bytes of it
  private Bytes source(long left) {
    if (at != null && !at.isEmpty()) {
      return at;
    }
    if (!begun) {
      begun = true;
      return beginning;
    }
    var piece = image.next(PIECE);
    if (piece == null) {
      require(left <= SnapshotFormat.BLOCK + 4, "a snapshot that is %d bytes too short", left);
      return Bytes.of(new byte[(int) left]);
    }
    var out = new WireWriter(4 + piece.length());
    out.u32(piece.length());
    out.raw(piece);
    return out.toBytes();
  }

  /// Lets go of the state; a part that is under way does not come any more.
  public void close() {
    closed = true;
    if (!reading) {
      image.close();
    }
  }
}
