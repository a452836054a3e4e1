package io.quorate.simulation;

import io.quorate.consensus.wire.Bytes;
import io.quorate.journal.Disk;
import io.quorate.journal.DiskException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A disk that forgets what it was not made to keep.
///
/// It outlives the node that uses it. What was written and not forced, and names that were not
/// forced, may be lost in a crash, all of it or any part, sector by sector. The node's host decides
/// how long things take, and may end the node at any operation.
final class SimulatedDisk implements Disk {
  /// What a device writes in one piece, or not at all.
  static final int SECTOR = 512;

  /// What happens to that which was not forced, when the node crashes.
  enum Loss {
    /// All of it is kept: the process died, the machine did not.
    NOTHING,
    /// All of it is gone.
    EVERYTHING,
    /// Whole writes are kept or lost, each by chance: so also later ones without earlier ones.
    SOME_WRITES,
    /// Sectors are kept or lost, each by chance: writes are torn.
    SOME_SECTORS
  }

  /// What the disk asks its surroundings.
  interface Surroundings {
    /// Called before each operation that changes anything; may throw [SimulatedCrash] or
    /// [DiskException].
    void effect(String what);

    /// Whether the next flush that may take place within the call does, at the cost of time.
    boolean flushesWithinCall();

    /// Runs something a flush's time later, unless the node has ended by then.
    void later(Runnable action);

    /// A frame is about to be written and forced.
    void appending(String file, long position, Bytes bytes);

    /// That frame is durable.
    void appended();
  }

  private record Write(long position, Bytes bytes) {}

  private static final class Inode {
    byte[] written = new byte[0];
    byte[] durable = new byte[0];
    final List<Write> unforced = new ArrayList<>();

    void write(Write write) {
      written = put(written, write);
      unforced.add(write);
    }

    void force() {
      for (var write : unforced) {
        durable = put(durable, write);
      }
      unforced.clear();
    }

    static byte[] put(byte[] image, Write write) {
      int end = (int) write.position + write.bytes.length();
      var result = end > image.length ? Arrays.copyOf(image, end) : image;
      var bytes = write.bytes;
      System.arraycopy(bytes.array(), bytes.offset(), result, (int) write.position, bytes.length());
      return result;
    }
  }

  private interface NameChange {
    void apply(Map<String, Inode> names);
  }

  private final Draw draw;
  private Surroundings surroundings;
  private Map<String, Inode> names = new TreeMap<>();
  private final Map<String, Inode> durableNames = new TreeMap<>();
  private final List<NameChange> unforcedNames = new ArrayList<>();
  private boolean underWay;
  private long capacity = Long.MAX_VALUE;

  SimulatedDisk(Draw draw, Surroundings surroundings) {
    this.draw = draw;
    this.surroundings = surroundings;
  }

  void surroundings(Surroundings now) {
    surroundings = now;
  }

  void capacity(long bytes) {
    capacity = bytes;
  }

  // The port

  @Override
  public List<String> list(String directory) {
    var prefix = directory.isEmpty() ? "" : directory + "/";
    return names.keySet().stream()
        .filter(name -> name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0)
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  @Override
  public File open(String name) {
    var inode = names.get(name);
    if (inode == null) {
      surroundings.effect("create " + name);
      var made = new Inode();
      changeNames(all -> all.put(name, made));
      inode = made;
    }
    return new OpenFile(name, inode);
  }

  private void changeNames(NameChange change) {
    change.apply(names);
    unforcedNames.add(change);
  }

  @Override
  public void rename(String from, String to) {
    surroundings.effect("rename " + from + " " + to);
    changeNames(all -> {
      var inode = all.remove(from);
      if (inode != null) {
        all.put(to, inode);
      }
    });
  }

  @Override
  public void delete(String name) {
    surroundings.effect("delete " + name);
    changeNames(all -> all.remove(name));
  }

  @Override
  public void forceDirectory(String directory) {
    surroundings.effect("force directory " + directory);
    unforcedNames.forEach(change -> change.apply(durableNames));
    unforcedNames.clear();
  }

  @Override
  public void inBackground(Runnable work, Runnable done) {
    surroundings.later(() -> {
      work.run();
      done.run();
    });
  }

  @Override
  public long freeSpace() {
    return capacity - used();
  }

  private long used() {
    long used = 0;
    for (var inode : names.values()) {
      used += inode.written.length;
    }
    return used;
  }

  @Override
  public void close() {}

  private final class OpenFile implements File {
    private final String name;
    private final Inode inode;

    OpenFile(String name, Inode inode) {
      this.name = name;
      this.inode = inode;
    }

    @Override
    public long length() {
      return inode.written.length;
    }

    @Override
    public int read(long position, byte[] into, int offset, int count) {
      int available = Math.clamp(inode.written.length - position, 0, count);
      if (available > 0) { // a position behind the end is none that can be copied from
        System.arraycopy(inode.written, (int) position, into, offset, available);
      }
      return available;
    }

    @Override
    public void write(long position, byte[] from, int offset, int count) {
      surroundings.effect("write " + name);
      requireSpace(position + count);
      inode.write(new Write(position, Bytes.of(Arrays.copyOfRange(from, offset, offset + count))));
    }

    private void requireSpace(long end) {
      if (used() + Math.max(0, end - inode.written.length) > capacity) {
        throw new DiskException("cannot write %s: no space left on device".formatted(name));
      }
    }

    @Override
    public void zeroFill(long from, long to, boolean gently) {
      write(from, new byte[(int) (to - from)], 0, (int) (to - from));
      force();
    }

    @Override
    public void force() {
      surroundings.effect("force " + name);
      inode.force();
    }

    @Override
    public boolean append(
        long position, byte[] from, int offset, int count, boolean mayBlock, Runnable done) {
      if (underWay) {
        throw new AssertionError("a second flush while one is under way");
      }
      surroundings.effect("append " + name);
      requireSpace(position + count);
      var write = new Write(position, Bytes.of(Arrays.copyOfRange(from, offset, offset + count)));
      surroundings.appending(name, position, write.bytes);
      inode.write(write);
      if (mayBlock && surroundings.flushesWithinCall()) {
        surroundings.effect("force " + name);
        forced();
        return true;
      }
      underWay = true;
      surroundings.later(() -> {
        surroundings.effect("force " + name);
        underWay = false;
        forced();
        done.run();
      });
      return false;
    }

    private void forced() {
      inode.force();
      surroundings.appended();
    }

    @Override
    public void close() {}
  }

  // What befalls it

  /// The node is gone; what it had not made durable is lost as told.
  void crash(Loss loss) {
    underWay = false;
    for (var inode : names.values()) {
      crash(inode, loss);
    }
    for (var inode : durableNames.values()) {
      crash(inode, loss);
    }
    for (var change : unforcedNames) {
      if (loss == Loss.NOTHING || (loss != Loss.EVERYTHING && draw.chance(0.5))) {
        change.apply(durableNames);
      }
    }
    unforcedNames.clear();
    names = new TreeMap<>(durableNames);
  }

  private void crash(Inode inode, Loss loss) {
    for (var write : inode.unforced) {
      switch (loss) {
        case NOTHING -> inode.durable = Inode.put(inode.durable, write);
        case EVERYTHING -> {}
        case SOME_WRITES -> {
          if (draw.chance(0.5)) {
            inode.durable = Inode.put(inode.durable, write);
          }
        }
        case SOME_SECTORS -> keepSomeSectors(inode, write);
      }
    }
    inode.unforced.clear();
    inode.written = inode.durable.clone();
  }

  private void keepSomeSectors(Inode inode, Write write) {
    double share = draw.below(3) / 2.0;
    for (int at = 0; at < write.bytes.length(); at += SECTOR) {
      if (draw.chance(share == 1.0 ? 0.9 : share == 0 ? 0.1 : 0.5)) {
        int end = Math.min(at + SECTOR, write.bytes.length());
        inode.durable =
            Inode.put(
                inode.durable, new Write(write.position + at, write.bytes.slice(at, end - at)));
      }
    }
  }

  /// The whole content is gone: another disk was put in.
  void wipe() {
    names.clear();
    durableNames.clear();
    unforcedNames.clear();
  }

  /// Flips a bit of a file, in what is written and what is durable.
  void rot(String name, long position, int bit) {
    var inode = names.get(name);
    if (inode != null && position < inode.durable.length) {
      inode.durable[(int) position] ^= (byte) (1 << bit);
      inode.written[(int) position] ^= (byte) (1 << bit);
    }
  }

  /// The bytes of a file that would survive a crash now.
  Bytes durable(String name) {
    var inode = durableNames.get(name);
    return inode == null ? Bytes.EMPTY : Bytes.of(inode.durable.clone());
  }
}
