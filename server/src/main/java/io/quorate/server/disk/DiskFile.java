package io.quorate.server.disk;

import io.quorate.journal.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/// An open file of a [FileDisk].
final class DiskFile implements Disk.File {
  /// Bytes move through direct buffers of this size, so that none grows with what is written.
  private static final int BUFFER = 256 << 10;

  private static final ThreadLocal<ByteBuffer> BUFFERS =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BUFFER));

  /// A new file is filled in steps of this size, with a rest after each, so that flushes get
  /// through.
  private static final int STEP = 1 << 20;

  private static final long REST_MILLIS = 4;

  private final Path path;
  private final FileChannel channel;
  private final DiskThread flusher;
  private final Executor loop;
  private final FlushTimes times;
  private volatile long length;

  DiskFile(Path path, FileChannel channel, DiskThread flusher, Executor loop, FlushTimes times)
      throws IOException {
    this.path = path;
    this.channel = channel;
    this.flusher = flusher;
    this.loop = loop;
    this.times = times;
    this.length = channel.size();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(long position, byte[] into, int offset, int count) {
    int done = 0;
    try {
      while (done < count) {
        var buffer = BUFFERS.get().clear().limit(Math.min(BUFFER, count - done));
        int read = channel.read(buffer, position + done);
        if (read < 0) {
          break;
        }
        buffer.flip().get(into, offset + done, read);
        done += read;
      }
      return done;
    } catch (IOException e) {
      throw FileDisk.failure("cannot read " + path, e);
    }
  }

  @Override
  public void write(long position, byte[] from, int offset, int count) {
    try {
      int done = 0;
      while (done < count) {
        int step = Math.min(BUFFER, count - done);
        var buffer = BUFFERS.get().clear().put(from, offset + done, step).flip();
        while (buffer.hasRemaining()) {
          done += channel.write(buffer, position + done);
        }
      }
      length = Math.max(length, position + count);
    } catch (IOException e) {
      throw FileDisk.failure("cannot write " + path, e);
    }
  }

  @Override
  public void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw FileDisk.failure("cannot make %s durable".formatted(path), e);
    }
  }

  @Override
  public boolean append(
      long position, byte[] from, int offset, int count, boolean mayBlock, Runnable done) {
    if (mayBlock && times.areShort()) {
      writeDurably(position, from, offset, count);
      return true;
    }
    flusher.run(() -> {
      writeDurably(position, from, offset, count);
      loop.execute(done);
    });
    return false;
  }

  private void writeDurably(long position, byte[] from, int offset, int count) {
    long start = System.nanoTime();
    write(position, from, offset, count);
    long written = System.nanoTime();
    force();
    times.took(count, written - start, System.nanoTime() - written);
  }

  @Override
  public void zeroFill(long from, long to, boolean gently) {
    var zeros = new byte[STEP];
    for (long at = from; at < to; at += STEP) {
      write(at, zeros, 0, (int) Math.min(STEP, to - at));
      force();
      if (gently) {
        rest();
      }
    }
  }

  private static void rest() {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileDisk.failure("cannot close " + path, e);
    }
  }
}
