package io.quorate.journal;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a journal back after a start, frame by frame, and decides where it ends.
///
/// A frame that is not whole, or does not follow the one before it, is *damage* if any later frame
/// that is whole in itself says that it was durable; else it is a *torn tail*, which nobody was
/// ever promised, and goes. (The distinction is that of "Protocol-Aware Recovery for
/// Consensus-Based Storage", FAST 2018.)
final class Scan {
  private final Disk disk;
  private final Bytes diskId;
  private final Segments segments;
  private final Journal.Replay replay;

  /// Files that are no part of the journal any more, or never became one.
  private final List<String> remains = new ArrayList<>();

  private long nextFrame = 1;
  private int previous;

  Scan(Disk disk, Bytes diskId, Segments segments, Journal.Replay replay) {
    this.disk = disk;
    this.diskId = diskId;
    this.segments = segments;
    this.replay = replay;
  }

  long nextFrame() {
    return nextFrame;
  }

  /// Checksum of the last frame.
  int previous() {
    return previous;
  }

  void run() throws DamageException {
    var files = openAll();
    Segment segment = null;
    for (int i = 0; i < files.size(); i++) {
      var file = files.get(i);
      if (segment != null && !continues(file)) {
        // The journal ends before this segment, or in what is no journal any more: see below.
        break;
      }
      segment = new Segment(file.number(), file.file(), firstFrameOf(file));
      segments.found(segment);
      readFrames(segment);
    }
    if (segment == null) {
      throw new DamageException(
          Segments.DIRECTORY, 0, "there is no journal, though the directory has an identity");
    }
    var rest = files.subList(segments.count(), files.size());
    refuseDamage(segment, rest);
    cut(segment, rest);
    deleteRemains();
  }

  /// Only after all else: whoever has to look into damage finds everything as it was. And durably:
  /// else a crash may bring back an unfinished file under a name that is used again, and have it
  /// renamed in place of the finished one.
  private void deleteRemains() {
    remains.forEach(disk::delete);
    if (!remains.isEmpty()) {
      disk.forceDirectory(Segments.DIRECTORY);
    }
  }

  private record Found(long number, Disk.File file) {}

  /// The newest run of segments without a gap; what is older was being cleaned away.
  private List<Found> openAll() throws DamageException {
    var numbers = new ArrayList<Long>();
    for (var name : disk.list(Segments.DIRECTORY)) {
      var path = Segments.DIRECTORY + "/" + name;
      if (name.matches("[0-9a-f]{16}")) {
        numbers.add(Long.parseUnsignedLong(name, 16));
      } else {
        remains.add(path);
      }
    }
    int first = numbers.size() - 1;
    while (first > 0 && numbers.get(first - 1) == numbers.get(first) - 1) {
      first--;
    }
    for (int i = 0; i < first; i++) {
      remains.add(Segment.name(numbers.get(i)));
    }
    var files = new ArrayList<Found>();
    for (int i = Math.max(first, 0); i < numbers.size(); i++) {
      long number = numbers.get(i);
      var file = disk.open(Segment.name(number));
      if (!Segment.hasHead(file, number, diskId)) {
        int format = Segment.format(file);
        if (format != 0 && format != Segment.FORMAT) {
          throw new FormatException(Segment.name(number), format, Segment.FORMAT);
        }
        throw new DamageException(Segment.name(number), 0, "its head is not this journal's");
      }
      files.add(new Found(number, file));
    }
    return files;
  }

  private long firstFrameOf(Found file) throws DamageException {
    if (segments.count() > 0) {
      return nextFrame;
    }
    var frame = Frame.read(file.file(), diskId, file.number(), Frame.SECTOR);
    if (frame != null) {
      nextFrame = frame.number();
      previous = frame.previous();
    } else if (file.number() > 1) {
      // A segment goes only when a frame of a later one is durable.
      throw new DamageException(
          Segment.name(file.number()),
          Frame.SECTOR,
          "its first frame is not whole, and the segments before it are gone, so it was");
    }
    return nextFrame;
  }

  private boolean continues(Found file) {
    return follows(Frame.read(file.file(), diskId, file.number(), Frame.SECTOR));
  }

  private boolean follows(@Nullable Frame frame) {
    return frame != null && frame.number() == nextFrame && frame.previous() == previous;
  }

  private void readFrames(Segment segment) {
    while (true) {
      var frame = Frame.read(segment.file, diskId, segment.number, segment.end());
      if (frame == null || !follows(frame)) {
        return;
      }
      deliver(frame, segment);
      segment.add(frame.offset(), Frame.space(frame.body().length()));
      nextFrame++;
      previous = frame.checksum();
    }
  }

  private void deliver(Frame frame, Segment segment) {
    try {
      Items.forEach(frame, replay);
    } catch (MalformedException e) {
      throw new DiskException(
          ("%s holds at offset %s what this version cannot read: %s; run the version that wrote it,"
                  + " or a newer one")
              .formatted(segment.name, frame.offset(), e.getMessage()));
    }
  }

  /// Looks behind the end for a frame that proves that there was more.
  private void refuseDamage(Segment last, List<Found> rest) throws DamageException {
    refuseDamage(last, last.file, last.number, last.end());
    for (var file : rest) {
      refuseDamage(last, file.file(), file.number(), Frame.SECTOR);
    }
  }

  private void refuseDamage(Segment last, Disk.File file, long number, long from)
      throws DamageException {
    long length = file.length();
    for (long offset = from; offset + Frame.HEAD <= length; offset += Frame.SECTOR) {
      var frame = Frame.read(file, diskId, number, offset);
      if (frame != null && frame.proven() > nextFrame) {
        throw new DamageException(
            last.name,
            last.end(),
            "frame %s is not whole, and frame %s in %s says that it was"
                .formatted(nextFrame, frame.number(), Segment.name(number)));
      }
    }
  }

  /// Removes the torn tail: zeros to the end of the file. What was prepared to come next stays;
  /// nothing else does.
  private void cut(Segment last, List<Found> rest) {
    long length = last.file.length();
    var block = new byte[1 << 20];
    var zeros = new byte[block.length];
    boolean changed = false;
    for (long at = last.end(); at < length; at += block.length) {
      int count = last.file.read(at, block, 0, (int) Math.min(block.length, length - at));
      if (!Arrays.equals(block, 0, count, zeros, 0, count)) {
        last.file.write(at, zeros, 0, count);
        changed = true;
      }
    }
    if (changed) {
      last.file.force();
    }
    for (int i = 0; i < rest.size(); i++) {
      rest.get(i).file().close();
      if (i == 0) {
        segments.foundPrepared();
      } else {
        remains.add(Segment.name(rest.get(i).number()));
      }
    }
  }

  /// The items of a frame's body.
  static final class Items {
    private Items() {}

    static void forEach(Frame frame, Journal.Replay replay) throws MalformedException {
      var in = new WireReader(frame.body());
      while (in.remaining() > 0) {
        int group = (int) in.count();
        int type = in.u8();
        replay.item(frame.number(), group, type, in.raw(in.u32()));
      }
    }
  }
}
