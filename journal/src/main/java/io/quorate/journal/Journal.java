package io.quorate.journal;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The write-ahead log of a node. What waits together is made durable together: one frame, one
/// flush, whatever groups it belongs to.
///
/// Not thread-safe; belongs to the node's loop. One flush is under way at a time; what is appended
/// meanwhile is the next frame.
public final class Journal {
  /// After so long without a record an empty frame is written, which proves the last full one:
  /// nanoseconds.
  private static final long PROOF_DELAY = 50_000_000;

  private static final long NEVER = Long.MAX_VALUE;

  /// @param segmentBytes the size of a file; below 1 MiB only for simulated disks
  public record Options(long segmentBytes) {
    public static final Options DEFAULT = new Options(64 << 20);

    public Options {
      if (segmentBytes < 1 << 16 || segmentBytes > 1 << 30) {
        throw new IllegalArgumentException("a segment has 64 KiB to 1 GiB, not " + segmentBytes);
      }
    }
  }

  /// Receives what was journaled, in order.
  public interface Replay {
    /// One item of a frame. The bytes stay valid.
    ///
    /// @throws MalformedException if the item cannot be what was journaled
    void item(long frame, int group, int type, Bytes content) throws MalformedException;
  }

  /// What the journal's owner must do for it.
  public interface Owner {
    /// A new segment begins: append, for each group, all that it needs beyond its decided entries,
    /// so that no older segment is held by it.
    void checkpoint();

    /// [#durable()] has risen.
    void durable();
  }

  private final Segments segments;
  private final Bytes diskId;
  private final Owner owner;
  private final Map<Integer, Long> neededFrom = new TreeMap<>();

  private WireWriter pending = new WireWriter(1 << 16);
  private WireWriter underWay = new WireWriter(1 << 16);
  private boolean flushing;
  private int itemStart;

  private long nextFrame;
  private int previous;
  private long durable;
  private long proofDue = NEVER;
  private long now;

  private Journal(Segments segments, Bytes diskId, Owner owner, Scan scan) {
    this.segments = segments;
    this.diskId = diskId;
    this.owner = owner;
    this.nextFrame = scan.nextFrame();
    this.previous = scan.previous();
    this.durable = nextFrame - 1;
    pending.zeros(Frame.HEAD);
    segments.prepareNext();
  }

  /// Opens the journal of a disk, replays it, and makes it ready to go on behind its last whole
  /// frame.
  ///
  /// @throws DamageException if something durable is not what it was; the message names file and
  ///   offset
  public static Journal open(Disk disk, DiskId id, Options options, Replay replay, Owner owner)
      throws DamageException {
    var diskId = id.bytes();
    var segments = new Segments(disk, diskId, options.segmentBytes());
    var scan = new Scan(disk, diskId, segments, replay);
    scan.run();
    return new Journal(segments, diskId, owner, scan);
  }

  /// Begins an item; its content is then written to what is returned, until [#end()].
  public WireWriter begin(int group, int type) {
    pending.varint(group);
    pending.u8(type);
    itemStart = pending.length();
    pending.u32(0);
    return pending;
  }

  /// Ends the item.
  ///
  /// @return the number of the frame that will hold it
  public long end() {
    pending.u32At(itemStart, pending.length() - itemStart - 4);
    return nextFrame;
  }

  /// Every frame up to this number is durable.
  public long durable() {
    return durable;
  }

  /// Bytes that wait for the next flush.
  public int pendingBytes() {
    return pending.length() - Frame.HEAD;
  }

  public boolean isFlushing() {
    return flushing;
  }

  /// Makes durable what waits, unless a flush is under way: then it waits for the next one.
  ///
  /// @param now monotonic nanoseconds
  /// @param mayBlock whether the flush may take place within this call
  public void flush(long now, boolean mayBlock) {
    this.now = now;
    if (flushing) {
      return;
    }
    if (pendingBytes() > 0) {
      write(mayBlock);
    } else if (now >= proofDue) {
      proofDue = NEVER;
      write(false);
    }
  }

  /// When [#flush] should be called even if nothing is appended.
  public long nextDeadline() {
    return flushing ? NEVER : proofDue;
  }

  private void write(boolean mayBlock) {
    if (!segments.current().hasRoomFor(Frame.space(pendingBytes())) && segments.roll(nextFrame)) {
      checkpoint();
    }
    boolean full = pendingBytes() > 0;
    var segment = segments.current();
    long offset = segment.end();
    long number = nextFrame;
    var frame = seal(segment);
    flushing = true;
    if (segment.file.append(
        offset, frame.array(), 0, frame.length(), mayBlock, () -> written(number, full))) {
      written(number, full);
    }
  }

  /// A segment's first frame begins with what all groups need beyond their decided entries. What
  /// waited follows: it is part of that already, and takes effect once more when it is replayed.
  private void checkpoint() {
    var waited = pending;
    pending = underWay;
    pending.clear();
    pending.zeros(Frame.HEAD);
    owner.checkpoint();
    pending.raw(waited.array(), Frame.HEAD, waited.length() - Frame.HEAD);
    underWay = waited;
  }

  /// Makes a frame of what waits, for the end of a segment.
  private WireWriter seal(Segment segment) {
    var frame = pending;
    pending = underWay;
    underWay = frame;
    pending.clear();
    pending.zeros(Frame.HEAD);
    long offset = segment.end();
    long space = Frame.space(frame.length() - Frame.HEAD);
    previous = Frame.seal(frame, diskId, nextFrame, segment.number, offset, previous);
    frame.zeros((int) (space - frame.length()));
    segment.add(offset, space);
    nextFrame++;
    return frame;
  }

  private void written(long number, boolean full) {
    flushing = false;
    durable = number;
    proofDue = full ? now + PROOF_DELAY : NEVER;
    segments.prepareNext();
    owner.durable();
  }

  /// A group needs what is journaled from now on, and what it had journaled before.
  public void hold(int group) {
    neededFrom.putIfAbsent(group, 0L);
  }

  /// A group needs nothing any more that was journaled before a frame. Segments that nobody needs
  /// go.
  public void release(int group, long frame) {
    neededFrom.merge(group, frame, Math::max);
    long needed = durable;
    for (long each : neededFrom.values()) {
      needed = Math.min(needed, each);
    }
    segments.retireBefore(needed);
  }

  /// The number of the first frame of the segment before the present one: what stands from there on
  /// is kept for those who lag a little, so between one and two segments of it.
  public long recentStart() {
    return segments.beforeCurrent().firstFrame();
  }

  /// One item that was read back.
  public record Item(int group, int type, Bytes content) {}

  /// Finds where a frame stands, so that it can be read away from the loop.
  public Place locate(long frame) {
    var segment = segments.holding(frame);
    return new Place(segment, frame, segment.offsetOf(frame), diskId);
  }

  /// Where a durable frame stands. May be read by any thread, while its group still needs the
  /// frame.
  public static final class Place {
    private final Segment segment;
    private final long frame;
    private final long offset;
    private final Bytes diskId;

    private Place(Segment segment, long frame, long offset, Bytes diskId) {
      this.segment = segment;
      this.frame = frame;
      this.offset = offset;
      this.diskId = diskId;
    }

    /// The items of the frame.
    ///
    /// @throws DamageException if it is not what was written
    public List<Item> read() throws DamageException {
      var found = Frame.read(segment.file, diskId, segment.number, offset);
      if (found == null || found.number() != frame) {
        throw new DamageException(segment.name, offset, "frame %s is not whole".formatted(frame));
      }
      var items = new ArrayList<Item>();
      try {
        Scan.Items.forEach(
            found, (number, group, type, content) -> items.add(new Item(group, type, content)));
      } catch (MalformedException e) {
        throw new DamageException(segment.name, offset, e.getMessage());
      }
      return items;
    }
  }

  /// Makes durable what waits and proves it, within this call, and closes the files. Nothing may be
  /// under way.
  public void close() {
    require(!flushing, "closing the journal during a flush");
    if (pendingBytes() > 0) {
      writeNow();
      writeNow();
    } else if (proofDue != NEVER) {
      writeNow();
    }
    segments.close();
  }

  private void writeNow() {
    var segment = segments.current();
    long offset = segment.end();
    var frame = seal(segment);
    segment.file.write(offset, frame.array(), 0, frame.length());
    segment.file.force();
    durable = nextFrame - 1;
  }
}
