package io.quorate.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadEventLoop;
import io.quorate.consensus.Era;
import io.quorate.consensus.Leadership;
import io.quorate.consensus.Self;
import io.quorate.journal.DamageException;
import io.quorate.journal.DiskException;
import io.quorate.journal.Journal;
import io.quorate.node.Call;
import io.quorate.node.Members;
import io.quorate.node.Node;
import io.quorate.node.Protocols;
import io.quorate.node.Rpcs;
import io.quorate.node.Unanswered;
import io.quorate.node.etcd.AutoCompactor;
import io.quorate.node.etcd.EtcdServices;
import io.quorate.node.etcd.Publishing;
import io.quorate.node.etcd.ReadTimes;
import io.quorate.node.lease.Lessor;
import io.quorate.node.watch.WatchHub;
import io.quorate.server.config.AutoCompaction;
import io.quorate.server.config.Endpoint;
import io.quorate.server.config.ServerConfig;
import io.quorate.server.config.UsageException;
import io.quorate.server.disk.DiskThread;
import io.quorate.server.disk.FileDisk;
import io.quorate.server.net.NettyNetwork;
import io.quorate.server.rocksdb.RocksEngines;
import io.quorate.server.rocksdb.StorageTimes;
import io.quorate.store.EngineException;
import io.quorate.store.KvStore;
import io.quorate.store.Outcome;
import io.quorate.store.Publication;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node as part of this process: its loop, disk, sockets and storage, started together and
/// stopped together.
public final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final long MILLISECOND = 1_000_000;
  private static final int HELLO_MILLIS = 5_000;

  /// How long calls that are under way may take when the node is told to stop.
  private static final long LAST_ANSWERS_MILLIS = 1_000;

  /// How long others may take to elect a leader then: they do it in a round trip, or cannot.
  private static final long HAND_OVER_MILLIS = 1_000;

  /// How long a read may go on that no caller waits for any more.
  private static final long LAST_READ_MILLIS = 500;

  private final ServerConfig config;
  private final Members members;
  private final EventLoopGroup loops;
  private final SingleThreadEventLoop loop;
  private final FileDisk disk;
  private final RocksEngines engines;
  private final DiskThread storage;
  private final DiskThread reader;
  private final NettyNetwork network;
  private final Node<Outcome> node;
  private final NodeLoop nodeLoop;
  private final Doors doors;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private final ReadTimes readTimes = new ReadTimes();
  private @Nullable MeasuredStore store;
  private @Nullable WatchHub watches;
  private @Nullable Lessor lessor;
  private @Nullable String outOfService;
  private long late;
  private volatile boolean isSafe;

  private Server(ServerConfig config, Consumer<Throwable> failed) {
    this.config = config;
    this.members = Members.of(config.token(), config.cluster());
    long self = members.named(config.name()).id();
    var sockets = Sockets.ofThisMachine();
    loops = sockets.newLoop("quorate-" + config.name());
    loop = (SingleThreadEventLoop) loops.next();
    disk = new FileDisk(config.dataDir(), this::onLoop, failed);
    storage = new DiskThread("storage", failed);
    reader = new DiskThread("reader", failed);
    network =
        new NettyNetwork(
            new NettyNetwork.Sockets(
                loop, sockets.clientType(), sockets.serverType(), channel -> {}),
            new NettyNetwork.Patience(HELLO_MILLIS, Math.toIntExact(2 * config.electionMillis())));
    engines = new RocksEngines(config.dataDir().resolve("store"));
    var storageWorker = new ThreadWorker(storage, this::onLoop);
    var readerWorker = new ThreadWorker(reader, this::onLoop);
    node =
        new Node<>(
            new Node.Settings(
                self,
                members,
                config.firstEra(),
                Protocols::named,
                Version.QUORATE,
                new Self.Timing(
                    config.heartbeatMillis() * MILLISECOND, config.electionMillis() * MILLISECOND),
                Self.Limits.DEFAULT,
                new Journal.Options(config.segmentBytes()),
                config.snapshotBytes()),
            new Node.Ports(
                disk,
                network,
                storageWorker,
                readerWorker,
                System::nanoTime,
                new SecureRandom(),
                LOG::warn),
            directory -> {
              var opened =
                  KvStore.open(
                      new KvStore.Ports(engines, storageWorker, readerWorker),
                      KvStore.Limits.ofHeap(Runtime.getRuntime().maxMemory()),
                      directory);
              store = new MeasuredStore(opened);
              return store;
            });
    nodeLoop =
        new NodeLoop(
            loop,
            new NodeLoop.Turns() {
              @Override
              public boolean turn() {
                return node.turn();
              }

              @Override
              public long nextDeadline() {
                return node.nextDeadline();
              }

              @Override
              public void late() {
                late += node.hasStarted() && node.group().leads() ? 1 : 0;
              }
            },
            failed);
    doors = new Doors(config, loops, nodeLoop);
  }

  /// Starts a node. Returns once it listens; [#ready()] tells when it serves.
  ///
  /// @param failed told, once, when the node cannot go on; then this process should end
  /// @throws IOException if an address cannot be listened on; the message names it
  /// @throws DiskException if the data directory or what is in it cannot be used
  /// @throws UsageException if the node has no data, and may not begin
  public static Server start(ServerConfig config, Consumer<Throwable> failed)
      throws IOException, InterruptedException {
    Beginning.requirePossible(config);
    var server = new Server(config, failed);
    try {
      server.start();
      return server;
    } catch (IOException | RuntimeException e) {
      server.release();
      throw e;
    }
  }

  private void start() throws IOException, InterruptedException {
    startNode();
    var rpcs = outOfService == null ? services() : EtcdServices.outOfService(outOfService);
    doors.open(rpcs, new NodeHealth(this), new ServerMetrics(this, config)::text);
    if (outOfService != null) {
      return;
    }
    node.group().onLeadership(this::leadershipChanged);
    openPeerPort();
    onLoop(this::awaitService);
  }

  private void leadershipChanged(Leadership now) {
    var leader = now.leader();
    if (leader == null) {
      LOG.info("no leader is known in term {}", now.term());
    } else {
      LOG.info("{} leads in term {}", nameOf(leader.node()), now.term());
    }
  }

  private String nameOf(long id) {
    var member = members.nodes().get(id);
    return member == null ? Long.toHexString(id) : member.name();
  }

  private void startNode() throws InterruptedException {
    try {
      var refusal = ask(this::startOnLoop, 60);
      if (refusal.isPresent()) {
        throw refusal.get();
      }
    } catch (TimeoutException e) {
      throw new IllegalStateException("the journal was not read within a minute", e);
    }
    if (outOfService != null) {
      LOG.error(
          "{}; this node takes no part in anything until it is removed from the cluster and added"
              + " anew with an empty data directory; the others go on without it",
          outOfService);
    }
  }

  /// @return why it cannot start: whoever starts this process tells that in his words
  private Optional<RuntimeException> startOnLoop() {
    try {
      node.start();
      var kept = node.group().replica().eraOrNull();
      if (kept != null) {
        SameAgreement.require(config, kept);
      }
      nodeLoop.start();
    } catch (DamageException e) {
      outOfService = e.getMessage();
    } catch (EngineException e) {
      return Optional.of(
          new DiskException(
              ("%s; this node did not start: see to the free space, the number of open files"
                      + " (ulimit -n) and the permissions there, then start it again")
                  .formatted(e.getMessage()),
              e));
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
    return Optional.empty();
  }

  private Rpcs services() {
    var opened = store();
    new Publishing(
        node,
        opened,
        new Publication(
            node.id(),
            config.name(),
            config.advertiseClient().stream().map(Endpoint::url).toList(),
            Version.QUORATE,
            Era.UNDERSTOOD));
    compactAutomatically(opened);
    var hub = new WatchHub(opened);
    watches = hub;
    var watching = new Lessor(node, opened);
    lessor = watching;
    return EtcdServices.of(
        node,
        opened,
        hub,
        watching,
        readTimes,
        new EtcdServices.Settings(
            Version.QUORATE,
            config.maxRequestBytes(),
            config.maxTxnOps(),
            config.watchProgressNotifyInterval().toNanos(),
            config.quotaBackendBytes()));
  }

  private void compactAutomatically(KvStore opened) {
    switch (config.autoCompaction()) {
      case AutoCompaction.Off _ -> {}
      case AutoCompaction.Periodic(var time) ->
          new AutoCompactor(node, opened, new AutoCompactor.Retention.Time(time.toNanos()));
      case AutoCompaction.Revisions(long count) ->
          new AutoCompactor(node, opened, new AutoCompactor.Retention.Revisions(count));
    }
  }

  private KvStore store() {
    if (store == null) {
      throw new IllegalStateException("the node has not started");
    }
    return store.store();
  }

  private void openPeerPort() throws IOException, InterruptedException {
    var others =
        members.others(node.id()).stream()
            .collect(Collectors.toMap(Members.Member::id, Addresses::toDial));
    try {
      network.start(
          new LoopOwner(nodeLoop, node.peers()), Addresses.toBind(config.listenPeer()), others);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw Addresses.cannotListen("other nodes", config.listenPeer(), e);
    }
  }

  /// Asks for a read again and again, until one is answered: then clients are served.
  private void awaitService() {
    node.group()
        .barrier(
            new Call<>() {
              @Override
              public void done(Long index) {
                doors.serving();
                LOG.info(
                    "ready to serve client requests at {}",
                    Addresses.urls(config.advertiseClient()));
                ready.complete(null);
              }

              @Override
              public void unanswered(Unanswered why) {
                if (why != Unanswered.STOPPED) {
                  LOG.info("still waiting for {}", whatIsMissing());
                  awaitService();
                }
              }
            });
    nodeLoop.happened();
  }

  private String whatIsMissing() {
    var missing =
        members.others(node.id()).stream()
            .filter(other -> !network.isConnected(other.id()))
            .map(other -> "%s at %s".formatted(other.name(), String.join(" or ", other.peerUrls())))
            .toList();
    if (node.waitsForWelcomes()) {
      return "the others: a node that starts for the first time must be known to more than half of"
          + " them; missing are "
          + String.join(", ", missing);
    }
    return missing.isEmpty() ? "a leader" : "a quorum; missing are " + String.join(", ", missing);
  }

  /// Completed when the node serves clients; never while it is out of service.
  public CompletableFuture<Void> ready() {
    return ready;
  }

  /// Why the node is out of every quorum for good; null if it is not.
  public @Nullable String outOfService() {
    return outOfService;
  }

  // The loop

  /// Runs something on the loop; a turn follows.
  private void onLoop(Runnable task) {
    loop.execute(() -> nodeLoop.take(task));
  }

  private <T> T ask(Supplier<T> question, long seconds)
      throws InterruptedException, TimeoutException {
    var answer = new CompletableFuture<T>();
    loop.execute(() -> {
      try {
        answer.complete(question.get());
        nodeLoop.happened();
      } catch (Throwable e) {
        answer.completeExceptionally(e);
        nodeLoop.fail(e);
      }
    });
    try {
      return answer.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  Node<Outcome> node() {
    return node;
  }

  NettyNetwork network() {
    return network;
  }

  StorageTimes storageTimes() {
    return engines.times();
  }

  ReadTimes readTimes() {
    return readTimes;
  }

  /// Null before the node has started.
  @Nullable MeasuredStore measuredStore() {
    return store;
  }

  /// Null before the node has started.
  @Nullable WatchHub watches() {
    return watches;
  }

  /// How often this node, while it led, was late with signs of life.
  long late() {
    return late;
  }

  /// Null before the node has started.
  @Nullable Lessor lessor() {
    return lessor;
  }

  FileDisk disk() {
    return disk;
  }

  Doors doors() {
    return doors;
  }

  /// The node at a glance.
  ///
  /// @param leader the leader's name; empty if none is known
  /// @param clients connections that speak gRPC
  public record Glance(
      String name, String role, String leader, long term, long decided, int clients) {}

  public Glance glance() throws InterruptedException {
    try {
      return ask(this::glanceNow, 5);
    } catch (TimeoutException e) {
      return new Glance(config.name(), "busy", "", 0, 0, 0);
    }
  }

  private Glance glanceNow() {
    if (outOfService != null) {
      return new Glance(config.name(), "out of service", "", 0, 0, doors.clients());
    }
    var group = node.group();
    var status = group.replica().status();
    var leader = group.leadership().leader();
    var known = leader == null ? null : members.nodes().get(leader.node());
    return new Glance(
        config.name(),
        status == null ? "waiting" : status.role(),
        known == null ? "" : known.name(),
        group.leadership().term(),
        group.replica().decided(),
        doors.clients());
  }

  // The end

  /// Hands leadership over if the node leads, answers what is under way, for a moment, ends what is
  /// not answered then, and closes everything. What was acknowledged is durable in any case.
  public void stop() throws InterruptedException {
    doors.shutDown();
    if (outOfService == null) {
      handOver();
      awaitAnswers();
    }
    try {
      ask(
          () -> {
            if (outOfService == null) {
              node.group().stop();
            }
            doors.endCalls();
            return true;
          },
          5);
    } catch (TimeoutException e) {
      LOG.warn("the node is busy; it is closed all the same");
    }
    doors.close();
    release();
  }

  /// Whether calls are ended and the journal is closed: then the process may end, whatever still
  /// works on the storage.
  public boolean isSafe() {
    return isSafe;
  }

  private void awaitAnswers() throws InterruptedException {
    long end = System.nanoTime() + LAST_ANSWERS_MILLIS * MILLISECOND;
    try {
      while (System.nanoTime() < end && ask(doors.calls()::unanswered, 5) > 0) {
        Thread.sleep(5);
      }
    } catch (TimeoutException e) {
      LOG.warn("the node is busy; what it has not answered is not waited for");
    }
  }

  private void handOver() throws InterruptedException {
    long end =
        System.nanoTime() + Math.min(config.electionMillis(), HAND_OVER_MILLIS) * MILLISECOND;
    try {
      if (!ask(node.group()::handOver, 5)) {
        return;
      }
      while (System.nanoTime() < end && ask(node.group()::leads, 5)) {
        Thread.sleep(5);
      }
    } catch (TimeoutException e) {
      LOG.warn("leadership could not be handed over");
    }
  }

  private void release() {
    boolean atRest = false;
    try {
      ask(
          () -> {
            network.close();
            nodeLoop.stop();
            return true;
          },
          5);
      // What did not start, or broke, is left as it is.
      if (node.hasStarted() && !nodeLoop.isBroken()) {
        closeNode();
      }
      atRest = true;
    } catch (TimeoutException e) {
      LOG.warn("the node did not stop in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // The store closes its storage once nothing works on it any more.
    endReader();
    storage.finish();
    if (atRest) {
      engines.close(); // no engine is opened any more, and one that is still open keeps its part
    }
    disk.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void endReader() {
    try {
      if (!reader.finishWithin(LAST_READ_MILLIS)) {
        LOG.info("a read that is still under way is not waited for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeNode() throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + 5_000 * MILLISECOND;
    while (!ask(node::close, 5)) {
      if (System.nanoTime() > end) {
        return;
      }
      Thread.sleep(1);
    }
    isSafe = true;
  }
}
