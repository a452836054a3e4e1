package io.quorate.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.api.WatchCreateRequest;
import io.quorate.api.WatchCreateRequest.FilterType;
import io.quorate.api.WatchProgressRequest;
import io.quorate.api.WatchRequest;
import io.quorate.api.WatchResponse;
import io.quorate.api.mvcc.Event;
import io.quorate.consensus.wire.Bytes;
import io.quorate.node.Node;
import io.quorate.node.Rpc;
import io.quorate.node.Rpcs;
import io.quorate.node.StreamRpc;
import io.quorate.simulation.history.KvRequest.Keys;
import io.quorate.simulation.history.WatchHistory;
import io.quorate.simulation.history.WatchHistory.Shown;
import io.quorate.simulation.history.WatchHistory.Subject;
import io.quorate.simulation.watch.ViolationException;
import io.quorate.store.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Clients that watch: they begin anywhere, read quickly or slowly, ask how far they have seen, and
/// go to another node, or the same, whenever they like or their node went down, and go on there.
/// What they are shown they write down.
final class KvWatchers {
  private static final long MILLISECOND = 1_000_000;
  private static final String ALL = "\0";

  private final World<Outcome> world;
  private final BiFunction<SimulatedHost<Outcome>, Node<Outcome>, Rpcs> services;
  private final Draw draw;
  private final WatchHistory history;
  private final List<Client> clients = new ArrayList<>();

  /// Of each host the life on which somebody sees everything.
  private final Map<Long, Node<Outcome>> observed = new TreeMap<>();

  private boolean restless = true;

  /// @param services what clients can call on a node
  KvWatchers(
      World<Outcome> world,
      BiFunction<SimulatedHost<Outcome>, Node<Outcome>, Rpcs> services,
      Draw draw,
      WatchHistory history) {
    this.world = world;
    this.services = services;
    this.draw = draw;
    this.history = history;
  }

  /// Some clients begin to watch.
  void begin() {
    int count = 1 + draw.below(4);
    for (int i = 0; i < count; i++) {
      var client = new Client(subject(), draw.chance(0.4) ? 1 : 1 + draw.below(40));
      clients.add(client);
      client.later(draw.delay(500 * MILLISECOND), client::connect);
    }
    observe();
  }

  private Subject subject() {
    var keys =
        draw.chance(0.4)
            ? Keys.one(draw.pick(List.of("k0", "k1", "s0")))
            : draw.chance(0.5) ? new Keys("k", "k3") : null;
    boolean puts = !draw.chance(0.15);
    boolean deletes = !puts || !draw.chance(0.15);
    return new Subject(keys, puts, deletes, draw.chance(0.5));
  }

  /// Every life of every node has somebody who sees everything that it applies.
  private void observe() {
    for (var host : world.hosts()) {
      var node = host.node();
      if (node != null && !node.waitsForWelcomes() && !node.equals(observed.put(host.id(), node))) {
        new Observer(host, node).open();
      }
    }
    world.timeline().in(20 * MILLISECOND, this::observe);
  }

  /// From now on all read quickly, and nobody goes anywhere without need.
  void calmDown() {
    restless = false;
    for (var client : clients) {
      client.readOn();
    }
  }

  /// Asks everybody how far it has seen.
  void askForProgress() {
    clients.forEach(Client::askForProgress);
  }

  /// Whether a client has not been told that it has seen everything up to a revision.
  boolean anybodyMisses(long revision) {
    return clients.stream().anyMatch(client -> client.seen.next() <= revision);
  }

  /// A stream to one life of one node.
  private abstract class Stream implements StreamRpc.Responses {
    final SimulatedHost<Outcome> host;
    final Node<Outcome> node;
    StreamRpc.@Nullable Requests requests;
    boolean ready = true;
    boolean over;

    Stream(SimulatedHost<Outcome> host, Node<Outcome> node) {
      this.host = host;
      this.node = node;
    }

    boolean isUp() {
      return !over && node.equals(host.node());
    }

    void open(WatchCreateRequest.Builder create) {
      host.onLoop(() -> {
        var rpc = services.apply(host, node).streams().get("etcdserverpb.Watch/Watch");
        if (rpc == null) {
          throw new IllegalStateException("nobody offers watches");
        }
        var opened = rpc.open(Rpc.Metadata.NONE, this);
        requests = opened;
        opened.request(
            Bytes.of(WatchRequest.newBuilder().setCreateRequest(create).build().toByteArray()));
      });
    }

    void ask(WatchRequest request) {
      tell(to -> to.request(Bytes.of(request.toByteArray())));
    }

    void tell(Consumer<StreamRpc.Requests> what) {
      host.onLoop(() -> {
        var to = requests;
        if (isUp() && to != null) {
          what.accept(to);
        }
      });
    }

    @Override
    public void request() {}

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void send(Bytes response) {
      if (over) {
        return;
      }
      try {
        var parsed = WatchResponse.parseFrom(response.asByteBuffer());
        world.trace().line(() -> "node %s shows %s".formatted(host, brief(parsed)));
        take(parsed);
      } catch (InvalidProtocolBufferException e) {
        throw new ViolationException("api", "no response to a watch: " + e.getMessage());
      }
    }

    abstract void take(WatchResponse response);

    @Override
    public void done() {
      throw new ViolationException("api", "a watch ends as if nothing were amiss");
    }

    @Override
    public void failed(int code, String text) {
      over = true;
    }
  }

  private static String brief(WatchResponse response) {
    return "%s events up to %s, watch %s%s%s"
        .formatted(
            response.getEventsCount(),
            response.getHeader().getRevision(),
            response.getWatchId(),
            response.getCreated() ? " created" : "",
            response.getCanceled() ? " cancelled" : "");
  }

  private static List<Shown> shown(WatchResponse response) {
    var shown = new ArrayList<Shown>();
    for (var event : response.getEventsList()) {
      var kv = event.getKv();
      boolean deleted = event.getType() == Event.EventType.DELETE;
      shown.add(
          new Shown(
              kv.getModRevision(),
              kv.getKey().toStringUtf8(),
              deleted ? null : kv.getValue().toStringUtf8(),
              event.hasPrevKv() ? event.getPrevKv().getValue().toStringUtf8() : null));
    }
    return shown;
  }

  /// Sees all that one life of a node applies.
  private final class Observer extends Stream {
    private WatchHistory.@Nullable Watcher seen;

    Observer(SimulatedHost<Outcome> host, Node<Outcome> node) {
      super(host, node);
    }

    void open() {
      open(creationOf(Subject.EVERYTHING));
    }

    @Override
    void take(WatchResponse response) {
      if (response.getCreated()) {
        seen = history.watch(Subject.EVERYTHING, response.getHeader().getRevision() + 1);
      } else if (seen != null && response.getCanceled()) {
        over = true; // it lagged behind an image; its next life is observed again
        observed.remove(host.id());
      } else if (seen != null) {
        seen.shown(shown(response), response.getHeader().getRevision());
      }
    }
  }

  private static WatchCreateRequest.Builder creationOf(Subject subject) {
    var keys = subject.keys();
    var from = keys == null ? ALL : keys.from();
    var to = keys == null ? ALL : keys.to();
    var request =
        WatchCreateRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(from))
            .setPrevKv(subject.previous());
    if (to != null) {
      request.setRangeEnd(ByteString.copyFromUtf8(to));
    }
    if (!subject.puts()) {
      request.addFilters(FilterType.NOPUT);
    }
    if (!subject.deletes()) {
      request.addFilters(FilterType.NODELETE);
    }
    return request;
  }

  /// Watches through any node.
  private final class Client {
    private final Subject subject;
    private final WatchHistory.Watcher seen;
    private @Nullable Through stream;

    Client(Subject subject, long from) {
      this.subject = subject;
      this.seen = history.watch(subject, from);
    }

    void later(long delay, Runnable action) {
      world.timeline().in(delay, action);
    }

    /// Begins, or goes on at another node.
    void connect() {
      var host = draw.pick(world.hosts());
      var node = host.node();
      if (node == null || node.waitsForWelcomes()) {
        later(draw.delay(100 * MILLISECOND), this::connect);
        return;
      }
      if (stream != null) {
        world.moments().saw("watch goes on elsewhere");
      }
      var through = new Through(host, node, this);
      stream = through;
      through.open(
          creationOf(subject).setStartRevision(seen.next()).setProgressNotify(draw.chance(0.5)));
      act();
    }

    /// From time to time it does something, or sees that its node is gone.
    private void act() {
      var through = stream;
      later(
          draw.delay(150 * MILLISECOND),
          () -> {
            if (through != stream || through == null) {
              return;
            } else if (!through.isUp()) {
              later(draw.delay(100 * MILLISECOND), this::connect);
              return;
            } else if (restless) {
              act(through);
            }
            if (stream == through) {
              act();
            }
          });
    }

    private void act(Through through) {
      int choice = draw.below(20);
      if (choice < 3) {
        askForProgress();
      } else if (choice < 5) {
        through.ready = false;
        later(draw.delay(400 * MILLISECOND), this::readOn);
      } else if (choice == 5) {
        leave();
      }
    }

    private void leave() {
      var through = stream;
      if (through != null) {
        through.tell(StreamRpc.Requests::cancelled);
        later(
            draw.delay(20 * MILLISECOND),
            () -> {
              through.over = true;
              connect();
            });
      }
    }

    void readOn() {
      var through = stream;
      if (through != null && !through.ready) {
        world.moments().saw("watch of a slow client");
        through.ready = true;
        through.tell(StreamRpc.Requests::ready);
      }
    }

    void askForProgress() {
      if (stream != null) {
        stream.ask(
            WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
      }
    }

    /// What its stream of now shows.
    void take(WatchResponse response) {
      long revision = response.getHeader().getRevision();
      if (response.getCompactRevision() > 0) {
        world.moments().saw("watch of what was compacted");
        seen.compacted(response.getCompactRevision());
        leave();
      } else if (response.getEventsCount() > 0) {
        seen.shown(shown(response), revision);
      } else if (!response.getCreated()) {
        world
            .moments()
            .saw(response.getWatchId() == -1 ? "progress on demand" : "progress by itself");
        seen.progressed(revision);
      }
    }
  }

  private final class Through extends Stream {
    private final Client client;

    Through(SimulatedHost<Outcome> host, Node<Outcome> node, Client client) {
      super(host, node);
      this.client = client;
    }

    @Override
    void take(WatchResponse response) {
      if (!ready && response.getEventsCount() > 0) {
        throw new ViolationException("W7", "a client that reads nothing is shown events");
      }
      if (client.stream == this) {
        client.take(response);
      }
    }
  }
}
