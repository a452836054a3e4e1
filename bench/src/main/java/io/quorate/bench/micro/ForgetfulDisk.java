package io.quorate.bench.micro;

import io.quorate.journal.Disk;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A disk that takes no time and keeps the first sector of each file.
final class ForgetfulDisk implements Disk {
  private static final int KEPT = 4096;

  private final Map<String, Kept> files = new TreeMap<>();
  private final ArrayDeque<Runnable> background = new ArrayDeque<>();

  /// Does what was put off.
  void workInBackground() {
    while (!background.isEmpty()) {
      background.removeFirst().run();
    }
  }

  @Override
  public List<String> list(String directory) {
    return files.keySet().stream()
        .filter(name -> name.startsWith(directory + "/"))
        .map(name -> name.substring(directory.length() + 1))
        .toList();
  }

  @Override
  public File open(String name) {
    return files.computeIfAbsent(name, made -> new Kept());
  }

  @Override
  public void rename(String from, String to) {
    files.put(to, files.remove(from));
  }

  @Override
  public void delete(String name) {
    files.remove(name);
  }

  @Override
  public void forceDirectory(String directory) {}

  @Override
  public void inBackground(Runnable work, Runnable done) {
    background.addLast(work);
    background.addLast(done);
  }

  @Override
  public long freeSpace() {
    return Long.MAX_VALUE;
  }

  @Override
  public void close() {}

  private static final class Kept implements File {
    private final byte[] head = new byte[KEPT];
    private long length;

    @Override
    public long length() {
      return length;
    }

    @Override
    public int read(long position, byte[] into, int offset, int count) {
      int there = Math.clamp(length - position, 0, count);
      Arrays.fill(into, offset, offset + there, (byte) 0);
      if (position < KEPT) {
        System.arraycopy(
            head, (int) position, into, offset, (int) Math.min(there, KEPT - position));
      }
      return there;
    }

    @Override
    public void write(long position, byte[] from, int offset, int count) {
      if (position < KEPT) {
        System.arraycopy(
            from, offset, head, (int) position, (int) Math.min(count, KEPT - position));
      }
      length = Math.max(length, position + count);
    }

    @Override
    public void zeroFill(long from, long to, boolean gently) {
      length = Math.max(length, to);
    }

    @Override
    public void force() {}

    @Override
    public boolean append(
        long position, byte[] from, int offset, int count, boolean mayBlock, Runnable done) {
      write(position, from, offset, count);
      return true;
    }

    @Override
    public void close() {}
  }
}
