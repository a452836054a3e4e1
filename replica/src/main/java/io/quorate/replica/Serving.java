package io.quorate.replica;

import static java.util.Objects.requireNonNull;

import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.journal.DamageException;
import io.quorate.journal.DiskException;
import io.quorate.journal.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads kept entries back from the journal, and lets other replicas catch up on them or on an
/// image.
final class Serving {
  /// Bytes of entries, or of an image, in one answer.
  private static final int CHUNK = 1 << 20;

  /// Images that may be open at a time, each for another reader; each holds on to storage.
  private static final int MAX_IMAGES = 2;

  /// An image that nobody asked for so long is given up: nanoseconds.
  private static final long IMAGE_PATIENCE = 10_000_000_000L;

  /// … and after so long, if another reader waits for its place.
  private static final long CROWDED_PATIENCE = 1_000_000_000L;

  private static final class OpenImage {
    final ReplicaId reader;
    final StateMachine.Image image;
    long lastAsked;
    long number = -1;
    boolean last;
    Bytes piece = Bytes.EMPTY;
    private boolean reading;
    private boolean givenUp;

    OpenImage(ReplicaId reader, StateMachine.Image image, long now) {
      this.reader = reader;
      this.image = image;
      this.lastAsked = now;
    }

    boolean isReading() {
      return reading;
    }

    void beginReading() {
      reading = true;
    }

    void endReading() {
      reading = false;
      if (givenUp) {
        image.close();
      }
    }

    /// Nobody asks for it any more: it closes, at the latest when it is not being read.
    void giveUp() {
      givenUp = true;
      if (!reading) {
        image.close();
      }
    }
  }

  private final Journal journal;
  private final int group;
  private final EntryIndex index;
  private final StateMachine<?> machine;
  private final Function<String, Protocol> protocols;
  private final Worker reader;
  private final LongSupplier clock;
  private final Map<Long, OpenImage> images = new TreeMap<>();

  private long nextImage;

  /// Whose images are being taken, and by which of their requests they asked last.
  private final Map<ReplicaId, Long> taking = new TreeMap<>();

  /// The lowest frame that a read under way needs, by read.
  private final Map<Long, Long> pins = new TreeMap<>();

  private long nextPin;

  Serving(
      Journal journal,
      int group,
      EntryIndex index,
      StateMachine<?> machine,
      Function<String, Protocol> protocols,
      Worker reader,
      LongSupplier clock,
      long incarnation) {
    this.journal = journal;
    this.group = group;
    this.index = index;
    this.machine = machine;
    this.protocols = protocols;
    this.reader = reader;
    this.clock = clock;
    this.nextImage = incarnation << 32;
  }

  /// The lowest frame that must be kept because it is being read.
  long pinnedFrame() {
    long lowest = Long.MAX_VALUE;
    for (long pin : pins.values()) {
      lowest = Math.min(lowest, pin);
    }
    return lowest;
  }

  /// What is done with entries that were read.
  interface Found {
    void entries(List<Entry> entries);
  }

  /// Reads kept, durable entries from `from` up to `to`, or as many of them as fit into an answer;
  /// hands them over on the loop.
  void read(Era era, long from, long to, Found found) {
    var places = new TreeMap<Long, Journal.Place>();
    long last = from - 1;
    long durable = journal.durable();
    while (last < to && index.holds(last + 1) && index.frameOf(last + 1) <= durable) {
      long frame = index.frameOf(last + 1);
      if (!places.containsKey(frame) && places.size() == CHUNK / 4096) {
        break;
      }
      places.computeIfAbsent(frame, journal::locate);
      last++;
    }
    long pin = nextPin++;
    pins.put(pin, places.isEmpty() ? Long.MAX_VALUE : places.firstKey());
    var frames = new long[(int) (last - from + 1)];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = index.frameOf(from + i);
    }
    var read = new Read(group, era, protocols, from, frames, places);
    reader.run(
        read,
        () -> {
          pins.remove(pin);
          found.entries(read.entries);
        });
  }

  /// Work of the reader: for each index the last item of its frame that carries it.
  private static final class Read implements Runnable {
    private final int group;
    private final Era era;
    private final Function<String, Protocol> protocols;
    private final long from;
    private final long[] frames;
    private final Map<Long, Journal.Place> places;
    private final List<Entry> entries = new ArrayList<>();

    Read(
        int group,
        Era era,
        Function<String, Protocol> protocols,
        long from,
        long[] frames,
        Map<Long, Journal.Place> places) {
      this.group = group;
      this.era = era;
      this.protocols = protocols;
      this.from = from;
      this.frames = frames;
      this.places = places;
    }

    @Override
    public void run() {
      try {
        long bytes = 0;
        var inFrame = new TreeMap<Long, Entry>();
        long loaded = -1;
        for (int i = 0; i < frames.length && (bytes < CHUNK || i == 0); i++) {
          if (frames[i] != loaded) {
            loaded = frames[i];
            load(inFrame, loaded);
          }
          var entry = inFrame.get(from + i);
          if (entry == null) {
            throw new DiskException(
                "frame %s of the journal lacks entry %s".formatted(loaded, from + i));
          }
          entries.add(entry);
          bytes += entry.size();
        }
      } catch (DamageException | MalformedException e) {
        throw new DiskException("the journal cannot be read back: " + e.getMessage(), e);
      }
    }

    private void load(Map<Long, Entry> inFrame, long frame)
        throws DamageException, MalformedException {
      inFrame.clear();
      var place = places.get(frame);
      if (place == null) {
        throw new IllegalStateException("frame " + frame);
      }
      for (var item : place.read()) {
        if (item.group() == group) {
          for (var entry : Items.entries(item.type(), item.content(), protocols, era)) {
            inFrame.put(entry.index(), entry);
          }
        }
      }
    }
  }

  /// Answers who asks for entries: with them, or with the offer of an image.
  ///
  /// @param decided how far all is decided here
  void pull(
      Era era,
      ReplicaId from,
      ReplicaMessage.Pull pull,
      long decided,
      ReplicaMessage.Sender answers) {
    if (pull.from() > decided) {
      answers.send(from, new ReplicaMessage.Pulled(pull.request(), decided, List.of()));
    } else if (index.holds(pull.from())) {
      read(
          era,
          pull.from(),
          Math.min(decided, index.last()),
          entries ->
              answers.send(from, new ReplicaMessage.Pulled(pull.request(), decided, entries)));
    } else {
      // Who asks anew has given up the image that it was reading.
      giveUpIf(open -> open.reader.equals(from));
      if (taking.put(from, pull.request()) == null) {
        offer(era.number(), from, answers);
      }
    }
  }

  private void giveUpIf(Predicate<OpenImage> given) {
    images
        .values()
        .removeIf(open -> {
          boolean gives = given.test(open);
          if (gives) {
            open.giveUp();
          }
          return gives;
        });
  }

  /// Offers a new image, if there is a place for it. The network may repeat a request, and its
  /// sender may ask anew meanwhile: there is one image for all that.
  private void offer(long era, ReplicaId to, ReplicaMessage.Sender answers) {
    if (images.size() + taking.size() > MAX_IMAGES) {
      long now = clock.getAsLong();
      giveUpIf(open -> now - open.lastAsked > CROWDED_PATIENCE);
    }
    if (images.size() + taking.size() > MAX_IMAGES) {
      taking.remove(to);
      return;
    }
    machine.image(image -> {
      long request = requireNonNull(taking.remove(to));
      long id = nextImage++;
      images.put(id, new OpenImage(to, image, clock.getAsLong()));
      answers.send(to, new ReplicaMessage.Offer(request, id, era, image.at().applied()));
    });
  }

  void pullPiece(ReplicaId from, ReplicaMessage.PullPiece pull, ReplicaMessage.Sender answers) {
    var open = images.get(pull.image());
    if (open == null) {
      answers.send(from, new ReplicaMessage.ImageGone(pull.image()));
      return;
    }
    open.lastAsked = clock.getAsLong();
    if (open.isReading()) {
      return;
    }
    if (pull.number() == open.number) {
      answer(from, pull.image(), open, answers);
    } else if (pull.number() == open.number + 1 && !open.last) {
      readPiece(from, pull.image(), open, answers);
    } else {
      answers.send(from, new ReplicaMessage.ImageGone(pull.image()));
    }
  }

  private void readPiece(ReplicaId from, long id, OpenImage open, ReplicaMessage.Sender answers) {
    open.beginReading();
    var next =
        new Object() {
          @Nullable Bytes piece;
        };
    reader.run(
        () -> next.piece = open.image.next(CHUNK),
        () -> {
          open.endReading();
          open.number++;
          open.last = next.piece == null;
          open.piece = next.piece == null ? Bytes.EMPTY : next.piece;
          answer(from, id, open, answers);
        });
  }

  private void answer(ReplicaId from, long id, OpenImage open, ReplicaMessage.Sender answers) {
    answers.send(from, new ReplicaMessage.Piece(id, open.number, open.last, open.piece));
  }

  /// Gives up images that nobody asks for any more.
  void tick(long now) {
    giveUpIf(open -> now - open.lastAsked > IMAGE_PATIENCE);
  }

  long nextDeadline() {
    long deadline = Long.MAX_VALUE;
    for (var open : images.values()) {
      deadline = Math.min(deadline, open.lastAsked + IMAGE_PATIENCE + 1);
    }
    return deadline;
  }

  void close() {
    images.values().forEach(open -> open.image.close());
    images.clear();
  }
}
