import os
import re

from conan import ConanFile
from conan.tools.files import copy, load
from conan.tools.layout import basic_layout

required_conan_version = ">=2.0"


class LitellmCall(ConanFile):
    name = "litellm_call"
    license = "MIT"
    description = "A prompt as a typed C function: calls language models " \
                  "through a LiteLLM gateway or an OpenAI-compatible server"
    topics = "llm", "openai", "litellm", "http", "json", "header-only"
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"tls": [True, False]}
    default_options = {"tls": True}
    no_copy_source = True

    @property
    def _root(self):
        return os.path.join(self.recipe_folder, "..", "..")

    def set_version(self):
        header = load(self, os.path.join(self._root, "litellm_call.h"))
        self.version = re.search(r'LITELLM_VERSION "(.*)"', header)[1]

    def export_sources(self):
        for pattern in "LICENSE", "litellm_call.h", "port/*.h":
            copy(self, pattern, self._root, self.export_sources_folder)

    def layout(self):
        basic_layout(self)

    def requirements(self):
        if self.options.tls:
            self.requires("mbedtls/[>=2.28 <4]")

    def package_id(self):
        self.info.clear()

    def package(self):
        copy(self, "LICENSE", self.source_folder,
             os.path.join(self.package_folder, "licenses"))
        copy(self, "*.h", self.source_folder,
             os.path.join(self.package_folder, "include", "litellm_call"))

    def package_info(self):
        plain = self.cpp_info.components["litellm_call"]
        plain.includedirs = ["include/litellm_call"]
        plain.bindirs = plain.libdirs = []
        if self.options.tls:
            tls = self.cpp_info.components["tls"]
            tls.requires = ["litellm_call", "mbedtls::mbedtls"]
            tls.includedirs = tls.bindirs = tls.libdirs = []
