// What `tickweir query` was asked for.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace tickweir::gateway {

struct QueryOptions {
    enum class Subject { quote, book, trades, instruments, status };
    static constexpr unsigned depth_max = 1'000;
    static constexpr unsigned limit_max = 1'000;

    Subject subject = Subject::status;
    /// `symbol` or `venue:symbol`; at least one for quotes, books and trades, none otherwise.
    std::vector<std::string> instruments;
    std::string url = "http://127.0.0.1:8080";
    unsigned depth = 10;                        ///< levels a side, 1 to depth_max
    unsigned limit = 100;                       ///< trades, 1 to limit_max
    std::optional<std::string> key;             ///< sent as `Authorization: Bearer KEY`
    bool json = false;                          ///< print the answers as they come, one a line
    std::chrono::milliseconds timeout{10'000};  ///< for a whole answer
};

}  // namespace tickweir::gateway
