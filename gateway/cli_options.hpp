// Options of the program's commands, named without the library that reads them: what a command
// takes stands in a file of its own, and cli.cpp alone knows the library.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/commands/option_values.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace tickweir::gateway {

/// A whole number from `least` to `most`.
template <class Number = std::uint64_t>
auto as_count(Number least, Number most = std::numeric_limits<Number>::max()) {
    return [=](const std::string& text) -> replay::Result<Number> {
        const auto count = parse_count(text, least, most);
        if (!count) return count.error();
        return static_cast<Number>(*count);
    };
}

/// One of a few words.
template <class Value, std::size_t N>
auto as_word(const std::array<std::pair<std::string_view, Value>, N>& words) {
    return [words](const std::string& text) -> replay::Result<Value> {
        std::string known;
        for (const auto& [word, value] : words) {
            if (word == text) return value;
            known += (known.empty() ? "" : ", ") + std::string{word};
        }
        return "'" + text + "' is not one of " + known;
    };
}

/// Adds options to one command. Targets must outlive the parsing.
class Options {
public:
    /// What more can be said of an option.
    class Added {
    public:
        explicit Added(CLI::Option& option) : option_{option} {}
        Added& required();
        /// It takes exactly so many values, once.
        Added& values(int count);

    private:
        CLI::Option& option_;
    };

    /// Makes the command.
    Options(CLI::App& app, const std::string& name, const std::string& purpose);

    void flag(const std::string& name, bool& target, const std::string& help);

    /// An option with one value, `what` of which `parse` makes the target's, or a reason
    /// against it.
    template <class Target, class Parse>
    Added value(const std::string& name, const std::string& what, Target& target, Parse parse,
                const std::string& help) {
        return one(name, what, help, [&target, parse](const std::string& text) -> Refusal {
            auto parsed = parse(text);
            if (!parsed) return parsed.error();
            target = std::move(*parsed);
            return std::nullopt;
        });
    }

    /// An option whose value is taken as it is, if there is one.
    template <class Target>
    Added text(const std::string& name, const std::string& what, Target& target,
               const std::string& help) {
        return one(name, what, help, [&target](const std::string& given) -> Refusal {
            if (given.empty()) return "the text is empty";
            target = given;
            return std::nullopt;
        });
    }

    /// Why a value cannot be taken; none: it was.
    using Refusal = std::optional<std::string>;
    using TakeSeveral = std::function<Refusal(const std::vector<std::string>&)>;

    /// An option, or positional arguments, of several values.
    Added several(const std::string& name, const std::string& what, const TakeSeveral& take,
                  const std::string& help);

    /// The same, taken as they are.
    template <class Target>
    Added all(const std::string& name, const std::string& what, Target& target,
              const std::string& help) {
        const auto take = [&target](const std::vector<std::string>& given) -> Refusal {
            target.assign(given.begin(), given.end());
            return std::nullopt;
        };
        return several(name, what, take, help);
    }

private:
    using TakeOne = std::function<Refusal(const std::string&)>;
    Added one(const std::string& name, const std::string& what, const std::string& help,
              const TakeOne& take);

    CLI::App& command_;
};

}  // namespace tickweir::gateway
