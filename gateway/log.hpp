// Logging: one line an event, by module, written by a thread of its own so that no role waits for
// a disk. Repeats are limited, the queue is bounded, and text from outside cannot break a line.
// The library behind it is known to log.cpp only. All functions are safe on any thread.
#pragma once

#include <fmt/core.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "book/types.hpp"
#include "gateway/config/config.hpp"

namespace tickweir::gateway::log {

/// A format text, checked against its arguments by the compiler. It is a literal, so its address
/// names the message for the limit of repeats.
template <class... Args>
struct Format {
    template <std::size_t N>
    consteval Format(const char (&literal)[N])  // NOLINT: a literal is what calls give
        : text(literal) {}
    fmt::format_string<Args...> text;
};

/// Text from outside, shown in quotes, control characters escaped, cut where it is too long.
struct Quoted {
    std::string_view text;
    std::size_t bytes_max = 200;
};

struct Module;

/// Writes the lines of one module. Cheap to copy; valid as long as the process.
class Logger {
public:
    template <class... Args>
    void trace(Format<std::type_identity_t<Args>...> text, const Args&... args) const {
        write(LogLevel::trace, text.text, args...);
    }
    template <class... Args>
    void debug(Format<std::type_identity_t<Args>...> text, const Args&... args) const {
        write(LogLevel::debug, text.text, args...);
    }
    template <class... Args>
    void info(Format<std::type_identity_t<Args>...> text, const Args&... args) const {
        write(LogLevel::info, text.text, args...);
    }
    template <class... Args>
    void warning(Format<std::type_identity_t<Args>...> text, const Args&... args) const {
        write(LogLevel::warning, text.text, args...);
    }
    template <class... Args>
    void error(Format<std::type_identity_t<Args>...> text, const Args&... args) const {
        write(LogLevel::error, text.text, args...);
    }

    /// One relaxed load.
    bool enabled(LogLevel level) const;
    std::string_view name() const;

private:
    friend Logger module(std::string_view name);
    explicit Logger(Module& module) : module_(&module) {}

    template <class... Args>
    void write(LogLevel level, fmt::string_view text, const Args&... args) const {
        if (enabled(level)) write_formatted(level, text, fmt::make_format_args(args...));
    }
    void write_formatted(LogLevel level, fmt::string_view text,
                         fmt::format_args args) const noexcept;

    Module* module_;
};

/// The logger of a module, made at its first call; beyond 64 modules all share `other`.
Logger module(std::string_view name);

/// Opens the destination and starts the writing thread. Before it, and behind `shutdown`, lines go
/// to stderr at once. Throws std::runtime_error naming the file when it cannot be opened.
void start(const LogConfig& config);

/// Takes over levels and the limit of repeats while running; the rest needs a restart.
void reconfigure(const LogConfig& config);

/// Writes "repeated n times" for messages that were held back and have gone quiet. To be called
/// about once a second.
void on_tick(book::TimeNs now);

/// Writes what is queued, at most until the deadline; whether all of it was written.
bool shutdown(std::chrono::milliseconds deadline);

/// What became of lines since the process began.
struct Counts {
    std::uint64_t lines = 0;         ///< handed to the writing thread or written
    std::uint64_t overrun = 0;       ///< pushed out of the full queue, oldest first
    std::uint64_t held_back = 0;     ///< repeats beyond the limit
    std::uint64_t write_errors = 0;  ///< lines that could not be formatted or written
};
Counts counts();

/// `2026-01-02T03:04:05.000000006Z warning serve: text`, control characters and bytes that are no
/// UTF-8 escaped, `text` cut behind line_text_max bytes.
std::string line_of(book::TimeNs time, LogLevel level, std::string_view module,
                    std::string_view text);
inline constexpr std::size_t line_text_max = 4'096;

/// Appends `text` with control characters and bytes that are no UTF-8 as `\n` or `\x1b`, at most
/// `bytes_max` bytes of it; what is cut off is told as "... (123 more bytes)".
void append_escaped(std::string& out, std::string_view text, std::size_t bytes_max);

}  // namespace tickweir::gateway::log

template <>
struct fmt::formatter<tickweir::gateway::log::Quoted> {
    constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
    fmt::format_context::iterator format(const tickweir::gateway::log::Quoted& quoted,
                                         fmt::format_context& context) const;
};
