// Configuration and secrets from files and the environment.
#include "gateway/config/config_file.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/config/secret.hpp"

namespace tickweir::gateway {
namespace {

namespace fs = std::filesystem;

class ConfigFile : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "tickweir-config-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path write(const std::string& name, const std::string& text) const {
        std::ofstream{folder_ / name, std::ios::binary} << text;
        return folder_ / name;
    }

    fs::path folder_;
};

TEST_F(ConfigFile, IsReadWithItsNameInErrors) {
    const auto path = write("t.toml", "[http]\nport = 5\n");
    ASSERT_TRUE(load_config(path).ok());
    EXPECT_EQ(load_config(path).config->http.port, 5u);
    const std::vector<std::string> options{"http.port=6"};
    EXPECT_EQ(load_config(path, options).config->http.port, 6u);

    const auto bad = load_config(write("bad.toml", "[http]\nport = 'x'\n"));
    ASSERT_EQ(bad.errors.size(), 1u);
    EXPECT_EQ(to_string(bad.errors[0]),
              (folder_ / "bad.toml").string() + ":2: http.port: must be 0 to 65535, got \"x\"");
}

TEST_F(ConfigFile, IsNotNeeded) {
    EXPECT_EQ(load_config(std::nullopt).config, Config{});
    const std::vector<std::string> options{"http.port=x"};
    EXPECT_EQ(to_string(load_config(std::nullopt, options).errors.at(0)),
              "--set http.port: must be 0 to 65535, got \"x\"");
}

TEST_F(ConfigFile, SaysWhyItCannotBeRead) {
    EXPECT_EQ(to_string(load_config(folder_ / "none").errors.at(0)),
              (folder_ / "none").string() + ": cannot be read: No such file or directory");
    EXPECT_EQ(to_string(load_config(folder_).errors.at(0)), folder_.string() + ": is a directory");
    const auto path = write("long", std::string(config_bytes_max + 1, ' '));
    EXPECT_EQ(to_string(load_config(path).errors.at(0)),
              path.string() + ": is longer than 1048576 bytes");
    EXPECT_EQ(to_string(load_config("/proc/self/mem").errors.at(0)),
              "/proc/self/mem: cannot be read to its end");
}

// --------------------------------------------------------------------------- secrets

TEST(Secret, ShowsTheReferenceOnly) {
    EXPECT_EQ(Secret{"env:NAME"}.shown(), "env:NAME");
    EXPECT_EQ(Secret{"file:/run/key"}.shown(), "file:/run/key");
    EXPECT_EQ(Secret{"hunter2"}.shown(), "***");
    EXPECT_EQ(Secret{"hunter2"}.kind(), Secret::Kind::literal);
    EXPECT_NE(Secret{"env:a"}, Secret{"file:a"});
}

TEST(Secret, IsLookedUpWhereItSays) {
    const SecretSources sources{[](const std::string& name) -> std::optional<std::string> {
                                    if (name == "EMPTY") return "";
                                    if (name != "NAME") return std::nullopt;
                                    return "of the environment\n";
                                },
                                [](const std::string& path) -> std::optional<std::string> {
                                    if (path == "/empty") return "\r\n";
                                    if (path != "/key") return std::nullopt;
                                    return "first\nsecond\n";
                                }};
    EXPECT_EQ(resolve(Secret{"env:NAME"}, sources).value, "of the environment\n");
    EXPECT_EQ(resolve(Secret{"file:/key"}, sources).value, "first\nsecond");
    EXPECT_EQ(resolve(Secret{"hunter2"}, sources).value, "hunter2");
    EXPECT_EQ(resolve(Secret{"env:OTHER"}, sources).reason,
              "env:OTHER: no such environment variable");
    EXPECT_EQ(resolve(Secret{"file:/other"}, sources).reason,
              "file:/other: cannot be read, or is over 64 KiB");
    EXPECT_EQ(resolve(Secret{"env:EMPTY"}, sources).reason, "env:EMPTY: is empty");
    EXPECT_EQ(resolve(Secret{"file:/empty"}, sources).reason, "file:/empty: is empty");
    EXPECT_EQ(resolve(Secret{}, sources).reason, "***: is empty");
    EXPECT_FALSE(resolve(Secret{}, sources).value.has_value());
}

TEST_F(ConfigFile, GivesSecretsOfTheSystem) {
    const SecretSources sources = system_secrets();
    ::setenv("TICKWEIR_TEST_SECRET", "value", 1);
    EXPECT_EQ(sources.environment("TICKWEIR_TEST_SECRET"), "value");
    ::unsetenv("TICKWEIR_TEST_SECRET");
    EXPECT_EQ(sources.environment("TICKWEIR_TEST_SECRET"), std::nullopt);
    EXPECT_EQ(sources.file(write("key", "a\nb\n").string()), "a\nb\n");
    EXPECT_EQ(sources.file(write("most", std::string(65'536, 'x')).string())->size(), 65'536u);
    EXPECT_EQ(sources.file(write("more", std::string(65'537, 'x')).string()), std::nullopt);
    EXPECT_EQ(sources.file((folder_ / "none").string()), std::nullopt);
    EXPECT_EQ(sources.file(folder_.string()), std::nullopt);
}

}  // namespace
}  // namespace tickweir::gateway
