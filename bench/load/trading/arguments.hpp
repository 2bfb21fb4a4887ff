// Options of a load program: `--name value` or `--name`, each with a default.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace tickweir::bench {

class Arguments {
public:
    using Defaults = std::map<std::string, std::string, std::less<>>;

    /// Options whose default is "no" are flags. Throws std::runtime_error that names what is wrong.
    Arguments(int count, char** values, Defaults defaults) : values_{std::move(defaults)} {
        for (int i = 1; i < count; ++i) {
            const std::string_view name{values[i]};
            const auto found =
                name.starts_with("--") ? values_.find(name.substr(2)) : values_.end();
            if (found == values_.end())
                throw std::runtime_error{"unknown option " + std::string{name} + "; there are" +
                                         known()};
            if (found->second == "no") {
                found->second = "yes";
            } else if (++i < count) {
                found->second = values[i];
            } else {
                throw std::runtime_error{std::string{name} + " needs a value"};
            }
        }
    }

    const std::string& text(std::string_view name) const { return values_.find(name)->second; }
    bool flag(std::string_view name) const { return text(name) == "yes"; }
    /// A whole number from `least` on.
    std::uint64_t number(std::string_view name, std::uint64_t least = 0) const {
        const std::string& given = text(name);
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
        if (error != std::errc{} || end != given.data() + given.size() || value < least)
            throw std::runtime_error{"--" + std::string{name} + " has to be a whole number from " +
                                     std::to_string(least) + " on, got '" + given + "'"};
        return value;
    }
    std::uint16_t port(std::string_view name) const {
        const std::uint64_t value = number(name);
        if (value > 65'535)
            throw std::runtime_error{"--" + std::string{name} + " is no port: " + text(name)};
        return static_cast<std::uint16_t>(value);
    }

private:
    std::string known() const {
        std::string names;
        for (const auto& [name, value] : values_)
            names += " --" + name;
        return names;
    }

    Defaults values_;
};

/// The whole of a load's main(): its status, or 2 where it cannot be run, with why.
template <class Run>
int run_program(const char* name, int count, char** values, Arguments::Defaults defaults,
                Run&& run) {
    try {
        return run(Arguments{count, values, std::move(defaults)});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", name, error.what());
        return 2;
    }
}

}  // namespace tickweir::bench
