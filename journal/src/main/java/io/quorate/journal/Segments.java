package io.quorate.journal;

import io.quorate.consensus.InvariantException;
import io.quorate.consensus.wire.Bytes;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// The files of a journal: those in use, one being prepared, and one that may be used again.
final class Segments {
  static final String DIRECTORY = "journal";

  private final Disk disk;
  private final Bytes diskId;
  private final long capacity;
  private final ArrayDeque<Segment> inUse = new ArrayDeque<>();

  private boolean preparing;
  private boolean prepared;
  private @Nullable String retired;

  Segments(Disk disk, Bytes diskId, long capacity) {
    this.disk = disk;
    this.diskId = diskId;
    this.capacity = capacity;
  }

  /// Takes up a segment that was found, in ascending order.
  void found(Segment segment) {
    inUse.addLast(segment);
  }

  /// Takes note that the segment after the last one lies ready.
  void foundPrepared() {
    prepared = true;
  }

  /// Makes the very first segment of a new disk, durably.
  static void createFirst(Disk disk, Bytes diskId, long capacity) {
    make(disk, diskId, 1, capacity, null);
  }

  /// Makes a segment whose name, head and length are durable, the rest of it zeros or left over
  /// from a file that is used again.
  private static void make(
      Disk disk, Bytes diskId, long number, long capacity, @Nullable String recycled) {
    var name = Segment.name(number);
    var unfinished = name + ".new";
    if (recycled != null) {
      disk.rename(recycled, unfinished);
      // Else a crash might leave the new head under the old name.
      disk.forceDirectory(DIRECTORY);
    }
    try (var file = disk.open(unfinished)) {
      var head = Segment.head(number, diskId);
      file.write(0, head.array(), head.offset(), head.length());
      if (recycled == null) {
        file.zeroFill(head.length(), capacity, number > 1);
      }
      file.force();
    }
    disk.rename(unfinished, name);
    disk.forceDirectory(DIRECTORY);
  }

  Segment current() {
    return inUse.getLast();
  }

  /// The segment before the current one, or the current one if it is the only one.
  Segment beforeCurrent() {
    var newestFirst = inUse.descendingIterator();
    var current = newestFirst.next();
    return newestFirst.hasNext() ? newestFirst.next() : current;
  }

  int count() {
    return inUse.size();
  }

  /// Has the next segment made in the background, if that has not been done yet.
  void prepareNext() {
    if (preparing || prepared) {
      return;
    }
    preparing = true;
    long number = current().number + 1;
    var recycled = retired;
    retired = null;
    disk.inBackground(
        () -> make(disk, diskId, number, capacity, recycled),
        () -> {
          preparing = false;
          prepared = true;
        });
  }

  /// Goes over to the prepared segment.
  ///
  /// @return false if there is none yet; then the current one must grow
  boolean roll(long nextFrame) {
    if (!prepared) {
      return false;
    }
    prepared = false;
    long number = current().number + 1;
    inUse.addLast(new Segment(number, disk.open(Segment.name(number)), nextFrame));
    return true;
  }

  /// Gives up the segments that end before a frame; one of the usual size is kept to be used again.
  void retireBefore(long frame) {
    while (inUse.size() > 1 && inUse.getFirst().lastFrame() < frame) {
      var segment = inUse.removeFirst();
      boolean reusable = retired == null && segment.file.length() == capacity;
      segment.file.close();
      if (reusable) {
        retired = segment.name;
      } else {
        disk.delete(segment.name);
      }
    }
  }

  Segment holding(long frame) {
    for (var segment : inUse) {
      if (segment.holds(frame)) {
        return segment;
      }
    }
    throw new InvariantException("frame %s is not kept any more".formatted(frame));
  }

  void close() {
    inUse.forEach(segment -> segment.file.close());
  }
}
