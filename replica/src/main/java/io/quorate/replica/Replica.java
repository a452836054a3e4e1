package io.quorate.replica;

import static io.quorate.consensus.InvariantException.require;

import io.quorate.consensus.Consensus;
import io.quorate.consensus.Effects;
import io.quorate.consensus.Entry;
import io.quorate.consensus.Era;
import io.quorate.consensus.Input;
import io.quorate.consensus.JournalRecord;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Message;
import io.quorate.consensus.Payload;
import io.quorate.consensus.Point;
import io.quorate.consensus.Protocol;
import io.quorate.consensus.ReadId;
import io.quorate.consensus.Refusal;
import io.quorate.consensus.ReplicaId;
import io.quorate.consensus.Self;
import io.quorate.consensus.Status;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.journal.DamageException;
import io.quorate.journal.DiskException;
import io.quorate.journal.Journal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One replica of one group. Steps the era's machine, journals its records, sends its messages when
/// they may go, applies what is decided, and catches up when the machine is left behind.
///
/// Belongs to one loop, which calls [#step], then flushes the journal, then [#durable] as frames
/// become durable, then [#apply]; all else only queues.
///
/// @param <R> what a command comes to
public final class Replica<R> {
  /// Messages of an era that has not begun here are kept so that its begin costs no timeout: so
  /// many bytes of them.
  private static final long EARLY_BYTES = 1 << 20;

  /// Messages and proposals that may wait for the machine's next step, in bytes: while the disk is
  /// slow to make durable what was learnt, no step takes place. What exceeds it is as lost on the
  /// way.
  private static final long INPUT_BYTES = 64 << 20;

  /// @param group the group's number, in journal and messages
  /// @param self what the machine knows of itself
  /// @param protocols finds a protocol by its name
  /// @param snapshotBytes how much may be journaled before the state machine is made durable, so
  ///   that a start replays no more
  public record Settings(
      int group, Self self, Function<String, Protocol> protocols, long snapshotBytes) {}

  /// What the replica works with.
  ///
  /// @param storage makes state machines durable and fills them
  /// @param reader reads journal and images
  /// @param clock monotonic nanoseconds
  public record Ports(
      Journal journal, Outbox outbox, Worker storage, Worker reader, LongSupplier clock) {}

  /// What was applied may wait for so long before it goes to the storage: nanoseconds.
  private static final long DRAIN_DELAY = 5_000_000;

  private record Held(long frame, ReplicaId to, Message message) {}

  private final Settings settings;
  private final Ports ports;
  private final Journal journal;
  private final StateMachine<R> stateMachine;
  private final ReplicaListener<R> listener;
  private final EntryIndex index;
  private final Applier<R> applier;
  private final Serving serving;
  private final ArrayDeque<Held> heldNotices = new ArrayDeque<>();
  private final ArrayDeque<Held> heldMessages = new ArrayDeque<>();
  private final ArrayDeque<EarlyMessage> early = new ArrayDeque<>();
  private final MachineEffects effects = new MachineEffects();

  private long earlyBytes;
  private long inputBytes;
  private List<Input> inputs = new ArrayList<>();
  private List<Input> spare = new ArrayList<>();

  private @Nullable Era era;
  private @Nullable Protocol protocol;
  private @Nullable Consensus machine;
  private @Nullable CatchUp catchUp;
  private Leadership leadership = Leadership.NONE;
  private String directory;

  private long lastRecordFrame;
  private long lastHardFrame;
  private long checkpointFrame;
  private long decidedJournaled;
  private long decidedMark;

  /// The machine is not stepped before this frame is durable: it holds what the machine will be
  /// told.
  private long learningFrame;

  private @Nullable Point learnt;
  private @Nullable Installing installing;
  private long bytesSinceFlush;
  private boolean flushing;
  private boolean readingBack;
  private long drainAt = Long.MAX_VALUE;

  private record EarlyMessage(ReplicaId from, ReplicaMessage.OfMachine message) {}

  private record Installing(
      long frame, StateMachine.Installation installation, StateMachine.Durable state) {}

  /// A replica as its history tells it. If its group has begun, it takes part from its first step
  /// on.
  ///
  /// @throws DamageException if decided entries that are needed are not in the journal
  public Replica(
      Settings settings,
      Ports ports,
      History history,
      StateMachine<R> stateMachine,
      ReplicaListener<R> listener)
      throws DamageException {
    this.settings = settings;
    this.ports = ports;
    this.journal = ports.journal();
    this.stateMachine = stateMachine;
    this.listener = listener;
    this.index = history.index();
    this.directory = history.directory();
    this.checkpointFrame = history.checkpointFrame();
    var self = settings.self();
    this.applier =
        new Applier<>(
            stateMachine, self.id(), self.incarnation(), this::era, ports.clock(), listener);
    this.serving =
        new Serving(
            journal,
            settings.group(),
            index,
            stateMachine,
            settings.protocols(),
            ports.reader(),
            ports.clock(),
            self.incarnation());
    var restored = history.era();
    if (restored != null) {
      restore(restored, history);
    }
  }

  private void restore(Era restored, History history) throws DamageException {
    join(restored);
    if (restored.origin() != stateMachine.origin()) {
      throw new DamageException(
          "store",
          0,
          "the group began with snapshot %x, and this state with snapshot %x (0: with none)"
              .formatted(restored.origin(), stateMachine.origin()));
    }
    var held = applier.applied();
    var decided = held;
    long known = Math.max(history.decided(), decidedByState(held));
    if (known > held.index()) {
      for (long i = held.index() + 1; i <= known; i++) {
        if (!index.holds(i)) {
          throw new DamageException(
              "journal",
              0,
              "entry %s is missing, though all up to %s was decided here, the state machine holds %s, and the journal begins at %s"
                  .formatted(i, known, held, index.first()));
        }
      }
      applier.decidedUpTo(known);
      decided = new Point(known, markInJournal(restored, known));
    }
    decidedJournaled = decided.index();
    decidedMark = decided.mark();
    stateMachine.deleteRemains();
    machine = protocol().restore(restored, settings.self(), decided, history.records());
  }

  /// An entry that the state machine has begun was decided, though no record may say so yet. Until
  /// it is whole no image can be taken, and whoever has to decide it may need just that.
  private long decidedByState(Point held) {
    return stateMachine.durable().begun() > 0 ? held.index() + 1 : held.index();
  }

  private long markInJournal(Era restored, long decided) throws DamageException {
    long mark = -1;
    try {
      for (var item : journal.locate(index.frameOf(decided)).read()) {
        if (item.group() == settings.group()) {
          for (var entry :
              Items.entries(item.type(), item.content(), settings.protocols(), restored)) {
            mark = entry.index() == decided ? entry.mark() : mark;
          }
        }
      }
    } catch (MalformedException e) {
      throw new DiskException(e.getMessage());
    }
    require(mark >= 0, "the frame of entry %d lacks it", decided);
    return mark;
  }

  private void join(Era joined) {
    require(
        joined.featureLevel() <= Era.UNDERSTOOD,
        "era %d needs feature level %d, and this version understands up to %d: start a newer one",
        joined.number(),
        joined.featureLevel(),
        Era.UNDERSTOOD);
    journal.hold(settings.group());
    era = joined;
    protocol = settings.protocols().apply(joined.protocol());
    var others = joined.members().stream().filter(member -> !member.equals(id())).toList();
    catchUp =
        others.isEmpty()
            ? null
            : new CatchUp(
                new CatchUpTarget(),
                ports.storage(),
                others,
                ports.clock(),
                settings.self().timing().election());
  }

  /// Begins the group's first era: takes part once the record of it is durable.
  public void begin(Era first) {
    require(era == null, "era %s begun twice", era);
    join(first);
    var out = journal.begin(settings.group(), Items.ERA_START);
    Era.CODEC.write(first, out);
    learningFrame = journal.end();
    checkpointFrame = learningFrame;
    lastRecordFrame = learningFrame;
  }

  public ReplicaId id() {
    return settings.self().id();
  }

  public boolean hasBegun() {
    return era != null;
  }

  private Protocol protocol() {
    if (protocol == null) {
      throw new IllegalStateException("no era has begun");
    }
    return protocol;
  }

  private Era era() {
    if (era == null) {
      throw new IllegalStateException("no era has begun");
    }
    return era;
  }

  // What comes from outside; handled in the next step

  /// Orders a batch, if this replica leads; else it is refused.
  public void propose(Payload.Batch batch) {
    if (applier.isFull() || !takesUp(batch.size())) {
      listener.refused(batch.id(), Refusal.FULL);
    } else {
      inputs.add(new Input.Propose(batch));
    }
  }

  /// Takes up so many bytes of the next step's inputs, if it has room for them.
  private boolean takesUp(int bytes) {
    boolean room = inputBytes + bytes <= INPUT_BYTES;
    inputBytes += room ? bytes : 0;
    return room;
  }

  public void barrier(ReadId id) {
    inputs.add(new Input.ReadBarrier(id));
  }

  public void transfer(ReplicaId to) {
    inputs.add(new Input.Transfer(to));
  }

  public void suspect(long node, Input.Suspicion suspicion) {
    if (era != null) {
      for (var member : era.members()) {
        if (member.node() == node) {
          inputs.add(new Input.Suspect(member, suspicion));
          if (catchUp != null && suspicion == Input.Suspicion.REFUSED) {
            catchUp.gone(member);
          }
        }
      }
    }
  }

  /// A message of another replica of the group.
  ///
  /// @throws MalformedException if the bytes are none; nothing was done
  public void received(ReplicaId from, WireReader in) throws MalformedException {
    var message = ReplicaMessage.CODEC.read(in);
    switch (message) {
      case ReplicaMessage.OfMachine ofMachine -> receivedOfMachine(from, ofMachine);
      case ReplicaMessage.Pull pull -> {
        if (machine != null && era().isMember(from)) {
          serving.pull(era(), from, pull, applier.decided(), this::send);
        }
      }
      case ReplicaMessage.PullPiece pull -> serving.pullPiece(from, pull, this::send);
      case ReplicaMessage.Pulled answer -> {
        if (catchUp != null) {
          catchUp.pulled(answer);
        }
      }
      case ReplicaMessage.Offer offer -> {
        if (catchUp != null && offer.era() == era().number()) {
          catchUp.offered(offer);
        }
      }
      case ReplicaMessage.Piece piece -> {
        if (catchUp != null) {
          catchUp.piece(piece);
        }
      }
      case ReplicaMessage.ImageGone gone -> {
        if (catchUp != null) {
          catchUp.gone(gone);
        }
      }
    }
  }

  private void receivedOfMachine(ReplicaId from, ReplicaMessage.OfMachine message)
      throws MalformedException {
    if (machine == null || message.era() > era().number()) {
      early.addLast(
          new EarlyMessage(
              from, new ReplicaMessage.OfMachine(message.era(), message.message().compact())));
      earlyBytes += message.message().length();
      while (earlyBytes > EARLY_BYTES) {
        earlyBytes -= early.removeFirst().message.message().length();
      }
    } else if (message.era() == era().number() && takesUp(message.message().length())) {
      inputs.add(new Input.Received(from, protocol().messages().decode(message.message())));
    }
  }

  // The turn

  /// Whether [#step] has something to do now.
  public boolean wantsStep(long now) {
    return canStep()
        && (!inputs.isEmpty() || machine == null || learnt != null || now >= nextMachineDeadline());
  }

  private boolean canStep() {
    return era != null && learningFrame <= journal.durable();
  }

  private long nextMachineDeadline() {
    return machine == null ? Long.MIN_VALUE : machine.nextDeadline();
  }

  /// Steps the machine once with all that waits.
  public void step(long now) {
    if (!canStep()) {
      return;
    }
    if (machine == null) {
      machine = protocol().enter(era(), settings.self());
      takeEarlyMessages();
    }
    if (learnt != null) {
      inputs.addFirst(new Input.CaughtUp(learnt));
      learnt = null;
    }
    var taken = inputs;
    inputBytes = 0;
    inputs = spare;
    spare = taken;
    effects.journaled = false;
    machine.step(now, taken, effects);
    taken.clear();
    if (effects.journaled && applier.decided() > decidedJournaled) {
      decidedJournaled = applier.decided();
      journal.begin(settings.group(), Items.DECIDED).varint(decidedJournaled);
      journal.end();
    }
  }

  private void takeEarlyMessages() {
    var waiting = List.copyOf(early);
    early.clear();
    earlyBytes = 0;
    for (var each : waiting) {
      try {
        receivedOfMachine(each.from, each.message);
      } catch (MalformedException e) {
        // As lost on the way.
      }
    }
  }

  private final class MachineEffects implements Effects {
    boolean journaled;

    @Override
    public void journal(JournalRecord record) {
      journaled = true;
      var out = journal.begin(settings.group(), Items.RECORD);
      int start = out.length();
      Items.writeRecord(era(), protocol(), record, out);
      bytesSinceFlush += out.length() - start;
      lastRecordFrame = journal.end();
      index.put(record.entries(), lastRecordFrame);
      applier.expect(record.entries());
      if (record.holdsSends()) {
        lastHardFrame = lastRecordFrame;
      }
    }

    @Override
    public void send(ReplicaId to, Message.Notice message) {
      hold(heldNotices, lastHardFrame, to, message);
    }

    @Override
    public void sendDurably(ReplicaId to, Message message) {
      hold(heldMessages, lastRecordFrame, to, message);
    }

    private void hold(ArrayDeque<Held> queue, long frame, ReplicaId to, Message message) {
      if (frame <= journal.durable()) {
        deliver(to, message);
      } else {
        queue.addLast(new Held(frame, to, message));
      }
    }

    @Override
    public void decided(List<Entry> next) {
      decidedMark = next.getLast().mark();
      applier.decided(next);
    }

    @Override
    public void refused(Payload payload, Refusal why) {
      if (payload instanceof Payload.Batch batch) {
        listener.refused(batch.id(), why);
      }
    }

    @Override
    public void readReady(ReadId readId, long readIndex) {
      listener.readReady(readId, readIndex);
    }

    @Override
    public void readLost(ReadId readId) {
      listener.readLost(readId);
    }

    @Override
    public void behind(ReplicaId hint, long atLeast) {
      if (catchUp != null) {
        catchUp.behind(hint, atLeast);
      }
    }

    @Override
    public void leadership(Leadership now) {
      leadership = now;
      listener.leadership(now);
    }
  }

  private void deliver(ReplicaId to, Message message) {
    if (to.equals(id())) {
      inputs.add(new Input.Received(to, message));
      return;
    }
    var out = ports.outbox().begin(to);
    out.u8(ReplicaMessage.OF_MACHINE);
    out.varint(era().number());
    protocol().messages().write(message, out);
    ports.outbox().end();
  }

  private void send(ReplicaId to, ReplicaMessage message) {
    ReplicaMessage.CODEC.write(message, ports.outbox().begin(to));
    ports.outbox().end();
  }

  /// More frames are durable: what waited for them goes out, or comes in.
  public void durable() {
    long durable = journal.durable();
    release(heldNotices, durable);
    release(heldMessages, durable);
    if (installing != null && installing.frame <= durable) {
      switchState(installing);
      installing = null;
    }
  }

  private void release(ArrayDeque<Held> held, long durable) {
    while (!held.isEmpty() && held.getFirst().frame <= durable) {
      var next = held.removeFirst();
      deliver(next.to, next.message);
    }
  }

  // Apply

  /// Whether [#apply] would get on.
  public boolean wantsApply() {
    return applier.canApply(index, journal.durable()) || wantsReadBack();
  }

  private boolean wantsReadBack() {
    long missing = applier.missing();
    return missing != 0 && !readingBack && index.frameOf(missing) <= journal.durable();
  }

  /// Applies what is decided and durable, for about `budget` nanoseconds.
  public void apply(long budget) {
    applier.apply(index, journal.durable(), budget);
    if (drainAt == Long.MAX_VALUE && !stateMachine.isDrained()) {
      drainAt = ports.clock().getAsLong() + DRAIN_DELAY;
    }
    readBack();
    flushIfDue();
  }

  private void readBack() {
    if (!wantsReadBack()) {
      return;
    }
    readingBack = true;
    serving.read(
        era(),
        applier.missing(),
        applier.decided(),
        entries -> {
          readingBack = false;
          applier.readBack(entries);
        });
  }

  private void flushIfDue() {
    if (!flushing && bytesSinceFlush >= settings.snapshotBytes()) {
      flushState();
    }
  }

  private void flushState() {
    flushing = true;
    bytesSinceFlush = 0;
    stateMachine.flush(() -> {
      flushing = false;
      trim();
    });
  }

  /// Lets go of entries that are durable in the state machine and old; the newest ones stay for
  /// those who lag a little.
  private void trim() {
    long flushed = stateMachine.durable().applied().index();
    long keepFrom = journal.recentStart();
    long first = index.first();
    while (first <= flushed
        && first <= index.last()
        && (!index.holds(first) || index.frameOf(first) < keepFrom)) {
      first++;
    }
    index.trimTo(Math.min(first, flushed + 1)); // what is not held yet may still come
    long needed = Math.min(checkpointFrame, serving.pinnedFrame());
    journal.release(settings.group(), Math.min(needed, index.oldestFrame()));
  }

  /// Writes all that this replica needs of the journal, but for decided entries, once more: a
  /// segment begins, and no older one must be kept for it.
  public void checkpoint() {
    if (machine == null) {
      if (era != null) {
        var out = journal.begin(settings.group(), Items.ERA_START);
        Era.CODEC.write(era, out);
        checkpointFrame = journal.end();
      }
      return;
    }
    var records = machine.checkpoint();
    var decided = new Point(applier.decided(), decidedMark);
    var out = journal.begin(settings.group(), Items.CHECKPOINT);
    Items.writeCheckpoint(
        new Items.Checkpoint(era(), decided, directory, records), protocol(), out);
    checkpointFrame = journal.end();
    lastRecordFrame = checkpointFrame;
    for (var record : records) {
      index.put(Items.undecided(record, decided), checkpointFrame);
    }
    if (!flushing) {
      flushState();
    }
  }

  // Catching up

  private final class CatchUpTarget implements CatchUp.Target {
    @Override
    public void send(ReplicaId to, ReplicaMessage message) {
      Replica.this.send(to, message);
    }

    @Override
    public long decided() {
      return applier.decided();
    }

    @Override
    public void learnt(List<Entry> entries) {
      Entry.LIST_CODEC.write(entries, journal.begin(settings.group(), Items.LEARNT));
      learningFrame = journal.end();
      lastRecordFrame = learningFrame;
      bytesSinceFlush += Entry.size(entries);
      index.put(entries, learningFrame);
      learnt = entries.getLast().point();
      decidedMark = learnt.mark();
      decidedJournaled = learnt.index();
      applier.decided(entries);
    }

    @Override
    public StateMachine.Installation begin(ReplicaMessage.Offer offer) {
      return stateMachine.install(
          "%s-%s".formatted(offer.at().index(), settings.self().incarnation()));
    }

    @Override
    public void installed(StateMachine.Installation installation, StateMachine.Durable state) {
      var out = journal.begin(settings.group(), Items.INSTALLED);
      Items.writeInstalled(
          new Items.Installed(state.applied(), Kept.with(state).era(), installation.directory()),
          out);
      learningFrame = journal.end();
      lastRecordFrame = learningFrame;
      installing = new Installing(learningFrame, installation, state);
    }
  }

  private void switchState(Installing installed) {
    var point = installed.state.applied();
    require(point.index() > applier.decided(), "installed %s behind %d", point, applier.decided());
    stateMachine.switchTo(installed.installation);
    directory = installed.installation.directory();
    index.trimTo(point.index() + 1);
    applier.jump(installed.state);
    learnt = point;
    decidedMark = point.mark();
    decidedJournaled = point.index();
    if (catchUp != null) {
      catchUp.switched();
    }
  }

  // Seen from outside

  /// When to call [#step] or [#tick] even if nothing comes in.
  public long nextDeadline() {
    long deadline = canStep() ? nextMachineDeadline() : Long.MAX_VALUE;
    deadline = Math.min(deadline, Math.min(drainAt, serving.nextDeadline()));
    return catchUp == null ? deadline : Math.min(deadline, catchUp.nextDeadline());
  }

  /// What is due apart from the machine.
  public void tick(long now) {
    serving.tick(now);
    if (now >= drainAt) {
      drainAt = Long.MAX_VALUE;
      stateMachine.drain();
    }
    if (catchUp != null) {
      catchUp.tick(now);
    }
  }

  /// Whether the state of another replica is taking the place of this one's.
  public boolean isInstalling() {
    return installing != null || (catchUp != null && catchUp.isFilling());
  }

  public Leadership leadership() {
    return leadership;
  }

  /// Everything up to here has taken effect in the state machine.
  public long applied() {
    return applier.applied().index();
  }

  /// Everything up to here is decided, as far as is known here.
  public long decided() {
    return applier.decided();
  }

  /// Bytes decided and not yet applied.
  public long lag() {
    return applier.queuedBytes();
  }

  /// What the machine shows of itself; null before the group has begun.
  public @Nullable Status status() {
    return machine == null ? null : machine.status();
  }

  /// The era that it is in; null before its group begins.
  public @Nullable Era eraOrNull() {
    return era;
  }

  public List<ReplicaId> voters() {
    return era == null ? List.of() : era.voters();
  }

  /// Whether a node's replica follows without a voice.
  public boolean isLearner(long node) {
    return era != null && era.learners().stream().anyMatch(learner -> learner.node() == node);
  }

  @Override
  public String toString() {
    return "applied %s, decided %s, kept from %s, %s, catching up: %s"
        .formatted(applied(), decided(), index.first(), status(), catchUp);
  }

  public void close() {
    serving.close();
    stateMachine.close();
  }
}
