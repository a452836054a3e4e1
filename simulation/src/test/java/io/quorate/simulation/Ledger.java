package io.quorate.simulation;

import io.quorate.consensus.Point;
import io.quorate.consensus.wire.Bytes;
import io.quorate.consensus.wire.MalformedException;
import io.quorate.consensus.wire.WireReader;
import io.quorate.consensus.wire.WireWriter;
import io.quorate.replica.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The simplest state machine that shows what was applied: a list of all commands. A command comes
/// to its place in the list.
final class Ledger implements StateMachine<Integer> {
  /// What ledgers of one host have made durable, by directory.
  static final class Storage {
    final Map<String, Saved> saved = new TreeMap<>();
  }

  record Saved(Durable state, List<Bytes> entries) {
    static final Saved NOTHING = new Saved(Durable.NOTHING, List.of());
  }

  /// One ledger per host; remembers which one is open.
  static final class Machines implements World.Machines<Integer> {
    private final Map<Long, Storage> storages = new TreeMap<>();
    private final Map<Long, Ledger> open = new TreeMap<>();

    @Override
    public Opener<Integer> onHost(SimulatedHost<Integer> host) {
      var storage = storages.computeIfAbsent(host.id(), id -> new Storage());
      return directory -> {
        var ledger = new Ledger(storage, directory, host);
        open.put(host.id(), ledger);
        return ledger;
      };
    }

    @Override
    public long digest(SimulatedHost<Integer> host) {
      return of(host).digest;
    }

    Ledger of(SimulatedHost<Integer> host) {
      var ledger = open.get(host.id());
      if (ledger == null) {
        throw new IllegalStateException("host " + host + " was never up");
      }
      return ledger;
    }
  }

  private final Storage storage;
  private final SimulatedHost<Integer> host;
  private final SimulatedWorker worker;
  private String directory;
  private List<Bytes> entries;
  private Durable now;
  private Supplier<Bytes> kept = () -> Bytes.EMPTY;
  private long digest = 17;

  Ledger(Storage storage, String directory, SimulatedHost<Integer> host) {
    this.storage = storage;
    this.directory = directory;
    this.host = host;
    this.worker = host.worker();
    var saved = storage.saved.getOrDefault(directory, Saved.NOTHING);
    entries = new ArrayList<>();
    now = saved.state;
    kept = saved.state::kept;
    saved.entries.forEach(this::add);
  }

  List<Bytes> entries() {
    return entries;
  }

  private void add(Bytes command) {
    entries.add(command);
    digest = digest * 31 + command.hashCode();
  }

  @Override
  public Durable durable() {
    return storage.saved.getOrDefault(directory, Saved.NOTHING).state;
  }

  @Override
  public boolean ready(Iterable<Bytes> commands, Runnable ready) {
    if (host.draw().chance(0.9)) {
      return true;
    }
    worker.run(() -> {}, ready);
    return false;
  }

  @Override
  public @Nullable Integer apply(Bytes command, boolean wanted) {
    add(command.compact());
    return entries.size();
  }

  @Override
  public void applied(Point point, Supplier<Bytes> keptNow) {
    now = new Durable(point, Bytes.EMPTY);
    kept = keptNow;
  }

  private Saved save() {
    return new Saved(new Durable(now.applied(), kept.get()), List.copyOf(entries));
  }

  @Override
  public void flush(Runnable done) {
    var saved = now.applied().index() == 0 ? Saved.NOTHING : save();
    var target = directory;
    worker.run(() -> storage.saved.put(target, saved), done);
  }

  @Override
  public void image(Consumer<Image> taken) {
    var saved = save();
    worker.run(() -> {}, () -> taken.accept(new LedgerImage(saved)));
  }

  private static final class LedgerImage implements Image {
    private final Saved saved;
    private int next = -1;

    LedgerImage(Saved saved) {
      this.saved = saved;
    }

    @Override
    public Durable at() {
      return saved.state;
    }

    @Override
    public @Nullable Bytes next(int bytes) {
      var out = new WireWriter();
      if (next < 0) {
        Point.CODEC.write(saved.state.applied(), out);
        out.bytes(saved.state.kept());
        next = 0;
        return out.toBytes();
      }
      while (next < saved.entries.size() && out.length() < 2_000) {
        out.bytes(saved.entries.get(next++));
      }
      return out.length() == 0 ? null : out.toBytes();
    }

    @Override
    public void close() {}
  }

  private static final class Filling implements Installation {
    private final Storage storage;
    private final String directory;
    private final List<Bytes> entries = new ArrayList<>();
    private @Nullable Durable state;

    Filling(Storage storage, String directory) {
      this.storage = storage;
      this.directory = directory;
    }

    @Override
    public void add(Bytes piece) throws MalformedException {
      var in = new WireReader(piece);
      if (state == null) {
        state = new Durable(Point.CODEC.read(in), in.bytes());
        return;
      }
      while (in.remaining() > 0) {
        entries.add(in.bytes().compact());
      }
    }

    @Override
    public Durable finish() throws MalformedException {
      if (state == null) {
        throw new MalformedException("an image without its first piece");
      }
      storage.saved.put(directory, new Saved(state, List.copyOf(entries)));
      return state;
    }

    @Override
    public String directory() {
      return directory;
    }

    @Override
    public void abandon() {
      storage.saved.remove(directory);
    }
  }

  @Override
  public Installation install(String name) {
    return new Filling(storage, name);
  }

  @Override
  public void switchTo(Installation installed) {
    storage.saved.remove(directory);
    directory = installed.directory();
    var saved = storage.saved.getOrDefault(directory, Saved.NOTHING);
    now = saved.state;
    kept = saved.state::kept;
    entries = new ArrayList<>();
    digest = 17;
    saved.entries.forEach(this::add);
  }

  @Override
  public void deleteRemains() {
    storage.saved.keySet().retainAll(java.util.Set.of(directory));
  }

  @Override
  public void close() {}
}
