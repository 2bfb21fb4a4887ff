// A venue in a process of its own, to be killed: an engine on its threads over the machine's files.
// Each shard has a socket, on which commands come in and answers go out once they are released.
// Says on its output what it recovered, as text; ends when all sockets have ended.
//
//   venue_process DIRECTORY SHARDS SEED FIRST-SOCKET
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <cstdio>
#include <exception>
#include <mutex>
#include <string_view>
#include <thread>

#include "tests/crash/answer.hpp"
#include "tests/crash/small_engine.hpp"
#include "txn/engine/engine_threads.hpp"
#include "txn/engine/state_text.hpp"
#include "txn/io/posix_files.hpp"

namespace tickweir::tests {
namespace {

[[noreturn]] void end_with(int status, const std::string& why) {
    std::fprintf(stderr, "venue_process: %s\n", why.c_str());
    std::fflush(nullptr);
    _exit(status);
}

/// The client's end of a shard: several threads write, one reads.
class Line {
public:
    explicit Line(int socket) : socket_{socket} {}

    /// False at the end.
    bool read(FrameReader& frames) {
        const ssize_t count = ::read(socket_, buffer_.data(), buffer_.size());
        if (count <= 0) return false;
        frames.add(std::span{buffer_}.first(static_cast<std::size_t>(count)));
        return true;
    }
    /// A client that has gone does not want to hear.
    void write(const Frame& frame) {
        const std::scoped_lock lock{mutex_};
        for (std::span<const std::byte> rest{frame}; !rest.empty();) {
            const ssize_t count = ::write(socket_, rest.data(), rest.size());
            if (count <= 0) return;
            rest = rest.subspan(static_cast<std::size_t>(count));
        }
    }

private:
    int socket_;
    std::mutex mutex_;  // guards writing; nothing nests in it
    std::array<std::byte, 65536> buffer_{};
};

/// Executes what comes on a line until it ends.
void execute_all(txn::Engine& engine, std::uint16_t shard, Line& line) {
    FrameReader frames;
    do {
        while (const auto command = frames.next_command()) {
            if (!frames.fault().empty()) end_with(5, "unreadable command: " + frames.fault());
            txn::Executed executed = engine.shard(shard).execute(*command);
            while (executed.status == txn::ExecuteStatus::busy) {
                std::this_thread::yield();
                executed = engine.shard(shard).execute(*command);
            }
            if (executed.status == txn::ExecuteStatus::stopped)
                end_with(3, "stopped: " + engine.shard(shard).fault());
            if (executed.status != txn::ExecuteStatus::shed) continue;
            Answer answer;
            answer.shed = executed.why;
            answer.sequence = command->envelope.sequence;
            Frame frame;
            put_answer(frame, answer);
            line.write(frame);
            const txn::log::Lsn durable = engine.durable().load();
            (void)engine.durable().wait(after(durable), std::chrono::milliseconds{1});
        }
    } while (line.read(frames));
    // What is pending is gone on with by the next command, in this life or the next.
}

void tell(txn::Engine& engine, std::uint16_t shard, Line& line) {
    Frame frame;
    engine.release(shard, [&](const txn::ReleasedOutcome& one) {
        put_answer(frame, answer_of(one));
        line.write(frame);
        frame.clear();
    });
}

void tell_all(txn::Engine& engine, std::uint16_t shard, Line& line, const std::atomic<bool>& over) {
    while (!over.load(std::memory_order_acquire)) {
        tell(engine, shard, line);
        const txn::log::Lsn durable = engine.durable().load();
        (void)engine.durable().wait(after(durable), std::chrono::microseconds{500});
        if (engine.replayer().status().state == txn::ReplayerState::alarmed)
            end_with(4, "alarmed: " + engine.replayer().alarm());
    }
    tell(engine, shard, line);
}

void report(const txn::Engine& engine, const txn::EngineRecovery& recovery) {
    const std::string text = txn::state_text(engine.state());
    std::printf("recovered %llu from %llu torn %d bad %zu us %lld bytes %zu\n",
                static_cast<unsigned long long>(number(engine.state().applied())),
                static_cast<unsigned long long>(number(recovery.snapshot)),
                !recovery.log.kept_aside.empty(), recovery.bad_snapshots.size(),
                static_cast<long long>(
                    std::chrono::duration_cast<std::chrono::microseconds>(recovery.took).count()),
                text.size());
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

int serve(const std::string& directory, std::uint16_t shards, std::uint64_t seed, int socket) {
    txn::io::PosixFiles files;
    txn::EngineRecovery recovery;
    const auto engine =
        txn::Engine::open(files, directory, killed_engine(seed, shards), nullptr, {}, recovery);
    if (engine == nullptr) end_with(2, "refused: " + recovery.refused);
    report(*engine, recovery);
    std::vector<std::unique_ptr<Line>> lines;
    std::vector<std::thread> executing;
    std::vector<std::thread> telling;
    std::atomic<bool> over{false};
    txn::EngineThreads threads{*engine, std::chrono::milliseconds{1}, std::chrono::milliseconds{1}};
    for (std::uint16_t i = 0; i < shards; ++i) {
        Line& line = *lines.emplace_back(std::make_unique<Line>(socket + i));
        executing.emplace_back([&engine, i, &line] { execute_all(*engine, i, line); });
        telling.emplace_back([&engine, i, &line, &over] { tell_all(*engine, i, line, over); });
    }
    for (std::thread& thread : executing)
        thread.join();
    const bool closed = threads.close();
    over.store(true, std::memory_order_release);
    for (std::thread& thread : telling)
        thread.join();
    return closed ? 0 : 3;
}

std::uint64_t number_of(std::string_view text) {
    std::uint64_t value = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace
}  // namespace tickweir::tests

int main(int count, char** arguments) {
    using namespace tickweir::tests;
    if (count != 5) end_with(64, "usage: venue_process DIRECTORY SHARDS SEED FIRST-SOCKET");
    try {
        return serve(arguments[1], static_cast<std::uint16_t>(number_of(arguments[2])),
                     number_of(arguments[3]), static_cast<int>(number_of(arguments[4])));
    } catch (const std::exception& error) {
        end_with(5, error.what());
    }
}
