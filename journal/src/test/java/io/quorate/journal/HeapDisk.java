package io.quorate.journal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/// Files on the heap, which a test can look into and damage. Background work waits until it is told
/// to go on.
final class HeapDisk implements Disk {
  final TreeMap<String, HeapFile> files = new TreeMap<>();
  private final ArrayDeque<Runnable> background = new ArrayDeque<>();

  HeapFile file(String name) {
    var file = files.get(name);
    if (file == null) {
      throw new AssertionError("no file " + name + " among " + files.keySet());
    }
    return file;
  }

  void workInBackground() {
    while (!background.isEmpty()) {
      background.removeFirst().run();
    }
  }

  @Override
  public List<String> list(String directory) {
    var prefix = directory.isEmpty() ? "" : directory + "/";
    return files.keySet().stream()
        .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  @Override
  public HeapFile open(String name) {
    return files.computeIfAbsent(name, made -> new HeapFile());
  }

  @Override
  public void rename(String from, String to) {
    files.put(to, file(from));
    files.remove(from);
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

  static final class HeapFile implements Disk.File {
    byte[] content = new byte[0];
    boolean closed;

    @Override
    public long length() {
      return content.length;
    }

    @Override
    public int read(long position, byte[] into, int offset, int count) {
      int there = Math.clamp(content.length - position, 0, count);
      System.arraycopy(content, (int) Math.min(position, content.length), into, offset, there);
      return there;
    }

    @Override
    public void write(long position, byte[] from, int offset, int count) {
      if (position + count > content.length) {
        content = Arrays.copyOf(content, (int) position + count);
      }
      System.arraycopy(from, offset, content, (int) position, count);
    }

    @Override
    public void zeroFill(long from, long to, boolean gently) {
      write(from, new byte[(int) (to - from)], 0, (int) (to - from));
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
    public void close() {
      closed = true;
    }
  }
}
