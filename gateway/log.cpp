#include "gateway/log.hpp"

#include <signal.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "gateway/log_repeats.hpp"

namespace tickweir::gateway::log {

struct Module {
    Module(std::string_view called, LogLevel from) : name(called), level(from) {}

    const std::string name;
    std::atomic<LogLevel> level;
};

namespace {

constexpr std::size_t modules_max = 64;

book::TimeNs now() {
    return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

spdlog::level::level_enum to_library(LogLevel level) {
    switch (level) {
        case LogLevel::trace:
            return spdlog::level::trace;
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
        case LogLevel::off:
            break;
    }
    return spdlog::level::off;
}

/// Signals are for the threads of main's choice, never for the one that writes.
void block_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

spdlog::sink_ptr open_sink(const LogConfig& config) {
    if (config.file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    try {
        return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            config.file, config.rotate_bytes, config.rotate_files);
    } catch (const spdlog::spdlog_ex& error) {
        throw std::runtime_error("log.file: cannot open " + config.file + ": " + error.what());
    }
}

/// The queue, its thread and the destination.
struct Backend {
    Backend(const LogConfig& config, std::atomic<std::uint64_t>& write_errors)
        : sink(open_sink(config)),
          pool(std::make_shared<spdlog::details::thread_pool>(config.queue, 1, block_signals)),
          logger(std::make_shared<spdlog::async_logger>(
              "tickweir", sink, pool, spdlog::async_overflow_policy::overrun_oldest)) {
        sink->set_pattern("%v");
        logger->set_level(spdlog::level::trace);
        logger->flush_on(spdlog::level::warn);
        logger->set_error_handler([&write_errors](const std::string&) { ++write_errors; });
    }

    spdlog::sink_ptr sink;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
};

/// Everything that the process logs with. One lock, never held while a file is written unless there
/// is no writing thread; no other lock is taken while it is held.
class Core {
public:
    /// Never destroyed: statics of other files may log while they go.
    static Core& instance() {
        static Core& core = *new Core;
        return core;
    }

    Module& module(std::string_view name) {
        const std::lock_guard lock{mutex_};
        const auto found = std::ranges::find(modules_, name, &Module::name);
        if (found != modules_.end()) return *found;
        if (modules_.size() >= modules_max) return other_;
        return modules_.emplace_back(name, level_of(name));
    }

    void start(const LogConfig& config) {
        auto backend = std::make_unique<Backend>(config, write_errors_);
        reconfigure(config);
        const std::lock_guard lock{mutex_};
        backend_ = std::move(backend);
    }

    void reconfigure(const LogConfig& config) {
        const std::lock_guard lock{mutex_};
        level_ = config.level;
        levels_ = config.levels;
        repeats_.set_per_second(config.repeats_per_second);
        for (Module& module : modules_)
            module.level = level_of(module.name);
        other_.level = level_of(other_.name);
    }

    void write(const Module& module, LogLevel level, fmt::string_view text, fmt::format_args args) {
        const book::TimeNs time = now();
        if (!admit(module, {text.data(), text.size()}, time)) return;
        const std::string line = line_of(time, level, module.name, fmt::vformat(text, args));
        const std::lock_guard lock{mutex_};
        put(level, line);
    }

    void on_tick(book::TimeNs time) {
        const std::lock_guard lock{mutex_};
        tell_repeats(time, time);
        if (backend_) backend_->logger->flush();
    }

    bool shutdown(std::chrono::milliseconds deadline) {
        std::unique_ptr<Backend> backend;
        {
            const std::lock_guard lock{mutex_};
            const book::TimeNs time = now();
            tell_repeats(time + std::chrono::seconds{1}, time);
            backend = std::move(backend_);
        }
        return backend == nullptr || close(std::move(backend), deadline);
    }

    Counts counts() {
        const std::lock_guard lock{mutex_};
        Counts counts{lines_, overrun_, held_back_, write_errors_};
        if (backend_) counts.overrun += backend_->pool->overrun_counter();
        return counts;
    }

    void count_write_error() { ++write_errors_; }

private:
    Core() : other_("other", LogLevel::info), repeats_(LogConfig{}.repeats_per_second) {}

    LogLevel level_of(std::string_view name) const {
        const auto found = levels_.find(std::string{name});
        return found == levels_.end() ? level_ : found->second;
    }

    bool admit(const Module& module, std::string_view text, book::TimeNs time) {
        const std::lock_guard lock{mutex_};
        const auto verdict = repeats_.admit({&module, text}, time);
        if (verdict.repeated != 0) tell_repeat(&module, text, verdict.repeated, time);
        if (!verdict.admitted) ++held_back_;
        return verdict.admitted;
    }

    void tell_repeats(book::TimeNs ended_by, book::TimeNs time) {
        repeats_.take_ended(ended_by, [&](const MessageId& id, std::uint64_t repeated) {
            tell_repeat(id.module, id.text, repeated, time);
        });
    }

    void tell_repeat(const void* module, std::string_view text, std::uint64_t repeated,
                     book::TimeNs time) {
        const auto* const from = static_cast<const Module*>(module);
        put(LogLevel::warning,
            line_of(time, LogLevel::warning, from != nullptr ? from->name : other_.name,
                    fmt::format("repeated {} times: {}", repeated,
                                text.empty() ? "messages beyond the table of messages" : text)));
    }

    void put(LogLevel level, const std::string& line) {
        ++lines_;
        if (backend_) {
            backend_->logger->log(to_library(level), line);
        } else if (std::fprintf(stderr, "%s\n", line.c_str()) < 0) {
            ++write_errors_;
        }
    }

    /// A disk that hangs must not keep the process alive, so another thread waits for the queue to
    /// run empty, and is left behind at the deadline.
    bool close(std::unique_ptr<Backend> backend, std::chrono::milliseconds deadline) {
        std::promise<std::uint64_t> done;
        std::future<std::uint64_t> written = done.get_future();
        std::thread closer{[this, backend = std::move(backend), done = std::move(done)]() mutable {
            block_signals();
            const std::uint64_t overrun = backend->pool->overrun_counter();
            // The last owner of the pool waits for its thread, which first empties the queue.
            backend->pool.reset();
            try {
                backend->sink->flush();
            } catch (const spdlog::spdlog_ex&) {
                ++write_errors_;
            }
            done.set_value(overrun);
        }};
        if (written.wait_for(deadline) != std::future_status::ready) {
            closer.detach();
            return false;
        }
        closer.join();
        const std::lock_guard lock{mutex_};
        overrun_ += written.get();
        return true;
    }

    std::atomic<std::uint64_t> write_errors_{0};
    std::mutex mutex_;
    // All below: guarded by mutex_. A module's level is read without it.
    std::deque<Module> modules_;
    Module other_;
    LogLevel level_ = LogLevel::info;
    std::map<std::string, LogLevel> levels_;
    RepeatLimiter repeats_;
    std::unique_ptr<Backend> backend_;
    std::uint64_t lines_ = 0;
    std::uint64_t overrun_ = 0;  // of backends that are gone
    std::uint64_t held_back_ = 0;
};

}  // namespace

bool Logger::enabled(LogLevel level) const {
    return level >= module_->level.load(std::memory_order_relaxed);
}

std::string_view Logger::name() const {
    return module_->name;
}

// A line that cannot be made, for want of memory or by a wrong width from an argument, is counted:
// nobody who logs can do anything about it.
void Logger::write_formatted(LogLevel level, fmt::string_view text,
                             fmt::format_args args) const noexcept {
    try {
        Core::instance().write(*module_, level, text, args);
    } catch (const std::exception&) {
        Core::instance().count_write_error();
    }
}

Logger module(std::string_view name) {
    return Logger{Core::instance().module(name)};
}

void start(const LogConfig& config) {
    Core::instance().start(config);
}

void reconfigure(const LogConfig& config) {
    Core::instance().reconfigure(config);
}

void on_tick(book::TimeNs now) {
    Core::instance().on_tick(now);
}

bool shutdown(std::chrono::milliseconds deadline) {
    return Core::instance().shutdown(deadline);
}

Counts counts() {
    return Core::instance().counts();
}

}  // namespace tickweir::gateway::log
